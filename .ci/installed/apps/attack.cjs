// Sends an app a plain request and an attack, says what came back, and ends.
const ATTACK = encodeURIComponent("1' OR 1=1--");

async function attack(server, security) {
  if (!server.listening) await new Promise((resolve) => server.once('listening', resolve));
  await security.ready();
  const { port } = server.address();
  const ask = async (query) => (await fetch(`http://127.0.0.1:${port}/users?id=${query}`)).status;
  process.stdout.write(`passed ${await ask('42')}, rejected ${await ask(ATTACK)}\n`);
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await security.close();
}

module.exports = { attack };
