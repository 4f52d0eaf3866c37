/** Characters of one attacker-chosen name that a place shows; enough to find the field, too few to flood a log. */
const NAME_CHARS = 64;

/** The place of a named child: `body.user` + `name` → `body.user.name`. */
export function childPlace(parent: string, name: string): string {
  return `${parent}.${shortName(name)}`;
}

/** The place of an array's element: `body.items` + 3 → `body.items[3]`. */
export function itemPlace(parent: string, index: number): string {
  return `${parent}[${index}]`;
}

function shortName(name: string): string {
  return name.length <= NAME_CHARS ? name : `${name.slice(0, NAME_CHARS - 1)}…`;
}
