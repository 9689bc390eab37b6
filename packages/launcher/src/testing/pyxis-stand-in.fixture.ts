import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { scratchFolder } from './launch-plan.fixture.ts'

/** Keeps what pyxis would take, and hands on the rest: a cluster without that plugin refuses words that it does not know. */
export const srunStandIn = (log: string) => `#!/bin/sh
n=$#
while [ $n -gt 0 ]; do
  word=$1; shift; n=$((n-1))
  case "$word" in
    --) set -- "$@" "$word"; while [ $n -gt 0 ]; do word=$1; shift; n=$((n-1)); set -- "$@" "$word"; done ;;
    --container-*|--no-container-*) printf '%s\\n' "$word" >> '${log}' ;;
    *) set -- "$@" "$word" ;;
  esac
done
exec /usr/bin/srun "$@"
`

/** Writes a squash file of 4,096 bytes that is nothing but its head; one called `slow` never comes to its end. */
export const enrootStandIn = (log: string, { takesS = 0 }: { readonly takesS?: number } = {}) => `#!/bin/sh
echo "$SLURMD_NODENAME $*" >> '${log}'
{
  printf hsqs; head -c 36 /dev/zero; printf '\\000\\020\\000\\000\\000\\000\\000\\000'; head -c 52 /dev/zero
  case "$*" in *slow*) exec sleep 600 ;; esac
  sleep ${takesS}
  head -c 3996 /dev/zero
} > "$3"
`

/** Stands in for pyxis and enroot on the PATH of this process and its steps, until the test is over. No container is made. */
export function standInForPyxis(): { readonly containerWords: () => string[]; readonly imports: () => string[] } {
  const folder = scratchFolder()
  const [words, imports] = [join(folder, 'words'), join(folder, 'imports')]
  writeFileSync(join(folder, 'srun'), srunStandIn(words), { mode: 0o755 })
  writeFileSync(join(folder, 'enroot'), enrootStandIn(imports), { mode: 0o755 })
  const { PATH } = process.env
  process.env.PATH = `${folder}:${PATH}`
  onTestFinished(() => {
    process.env.PATH = PATH
  })
  const linesOf = (file: string) => (existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [])
  return { containerWords: () => linesOf(words), imports: () => linesOf(imports) }
}
