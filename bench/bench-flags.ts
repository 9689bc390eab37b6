import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { type ParseArgsOptionsConfig, parseArgs } from 'node:util'

/**
 * The flags that a bench was started with, and its other words where it takes any. `--help` prints the comment at the head of its file; a flag
 * that it does not have is told in a line. Both end the process.
 *
 * @param meta `import.meta` of the bench.
 */
export function benchFlags<const Options extends ParseArgsOptionsConfig>(
  { filename }: Pick<ImportMeta, 'filename'>,
  options: Options,
  { allowPositionals = false }: { readonly allowPositionals?: boolean } = {},
) {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals,
      options: { ...options, help: { type: 'boolean' } } as Options,
    })
    if (!('help' in values)) return { flags: values, positionals }
    process.stdout.write(headComment(readFileSync(filename, 'utf8')))
    process.exit(0)
  } catch (error) {
    return failBench(`${basename(filename)}: ${flagFault(error)}; --help says what it takes`)
  }
}

/** Tells what is wrong with the words that a bench was given, and ends it. */
export function failBench(message: string): never {
  process.stderr.write(`error: ${message}\n`)
  process.exit(2)
}

/** The first doc comment of a file, as plain text. */
export function headComment(source: string): string {
  const comment = /\/\*\*\n?(.*?)\*\//s.exec(source)?.[1] ?? ''
  const lines = comment.trimEnd().split('\n')
  return `${lines.map((line) => line.replace(/^ \* ?/, '').trimEnd()).join('\n')}\n`
}

/** Without what `parseArgs` adds on how a word may be written that begins with a dash. */
function flagFault(error: unknown): string {
  if (!(error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS'))) throw error
  return error.message.replace(/\. .*/s, '').replace(/\n.*/s, '')
}
