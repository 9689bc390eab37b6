import { UsageError } from '../terminal/exit-codes.ts'

/** The key in the variable that `--api-key-env` names; undefined without it. @throws UsageError where that is not set. */
export function apiKeyIn(
  env: Readonly<Record<string, string | undefined>>,
  name: string | undefined,
): string | undefined {
  if (name === undefined) return undefined
  const key = env[name]
  if (key) return key
  // Whoever gave the key itself does not want to read it in a log.
  const shown = /^[A-Z][A-Z0-9_]*$/.test(name) ? `--api-key-env ${name}: that` : '--api-key-env: the named'
  throw new UsageError(
    `${shown} variable is not set; give the name of a variable that holds the key, as in --api-key-env MY_KEY, or leave the flag out`,
  )
}
