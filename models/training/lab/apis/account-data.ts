import { Random } from '../random.js';
import { personName, words } from '../text.js';

const random = new Random(23);

export const ACCOUNTS: readonly { user: string; password: string; name: string }[] = Array.from({ length: 300 }, () => {
  const name = personName(random);
  return {
    user: `${name.toLowerCase().replace(/[^a-z]+/g, '.')}${random.int(1, 99)}@mail.example`,
    password: `${words(random, 2).replace(' ', '')}${random.int(10, 99)}!`,
    name,
  };
});

export const DOCUMENTS: readonly { id: string; title: string; text: string }[] = Array.from({ length: 240 }, () => ({
  id: random.uuid(),
  title: words(random, 4),
  text: words(random, random.int(100, 900)),
}));
