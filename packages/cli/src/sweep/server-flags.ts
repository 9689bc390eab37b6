/** Values of the flags that a server is started with, by name with hyphens; empty for one that stands alone. */
export type ServerFlags = ReadonlyMap<string, string>

/** The flags of a server as it is explained; those that are left out are not there. */
export function serverFlagsOf({
  flags,
}: {
  readonly flags: readonly { readonly name: string; readonly words: readonly string[] }[]
}): ServerFlags {
  const given = flags.filter(({ words }) => words.length > 0)
  return new Map(given.map(({ name, words }) => [name.replaceAll('_', '-'), words.slice(1).join(' ')]))
}
