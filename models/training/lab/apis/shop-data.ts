import { Random } from '../random.js';
import { personName, words } from '../text.js';

export const SHOP_ITEMS = 500;

export interface ShopItem {
  readonly id: number;
  readonly name: string;
  readonly price: number;
  readonly description: string;
}

const random = new Random(11);

export const SHOP_CATALOGUE: readonly ShopItem[] = Array.from({ length: SHOP_ITEMS }, (_, index) => ({
  id: index + 1,
  name: words(random, 2),
  price: random.int(1, 900),
  description: words(random, random.int(10, 90)),
}));

export const SHOP_ACCOUNTS: readonly { user: string; password: string; name: string }[] = Array.from(
  { length: 200 },
  (_, index) => ({
    user: `user${index + 1}`,
    password: `${words(random, 1)}-${random.int(1000, 9999)}`,
    name: personName(random),
  }),
);
