import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { main } from '../../main.ts'
import { keptContext } from '../../terminal/kept-context.fixture.ts'

const folder = mkdtempSync(join(tmpdir(), 'reprise-completion-'))
afterAll(() => rmSync(folder, { recursive: true }))

async function scriptFor(shell: string): Promise<string> {
  const { context, kept } = keptContext()
  expect(await main(['completion', shell], context.io)).toBe(0)
  const file = join(folder, shell)
  writeFileSync(file, kept.stdout)
  return file
}

beforeAll(() => writeFileSync(join(folder, 'traces.jsonl'), ''))

/** A line, its last word being typed, and what of the completions has to be there and what not. */
const lines: readonly (readonly [line: string, here: readonly string[], notHere?: string])[] = [
  ['reprise re', ['replay', 'report', 'results', 'recipe'], 'trace'],
  ['reprise trace st', ['stats'], 'replay'],
  ['reprise replay --la', ['--lanes', '--launch'], '--url'],
  ['reprise replay --url x --api ', ['chat', 'completions', 'responses'], '--url'],
  ['reprise trace stats --subagent-times a', ['auto']],
  ['reprise completion ', ['bash', 'zsh', 'fish']],
  ['reprise report tra', ['traces.jsonl']],
  ['reprise replay --traces tra', ['traces.jsonl']],
]

/** Commands of a shell that complete the line, its words being separate, and end with a line of their own. */
const shells: Readonly<
  Record<
    string,
    { readonly flags: readonly string[]; readonly once: string; readonly each: (words: string[]) => string }
  >
> = {
  bash: {
    flags: ['--norc'],
    once: '',
    each: (words) =>
      `COMP_WORDS=(${typed(words)}); COMP_CWORD=${words.length - 1}; _reprise; printf '%s\\n' "\${COMPREPLY[@]}"; echo =`,
  },
  // Its completers run in the line editor alone: these stand in for them, and filter as they do.
  zsh: {
    flags: ['-f'],
    once: `shown() { for each in "$@"; do [[ $each == $PREFIX* ]] && print -r -- \${each%%:*}; done }
        compdef() {}; _message() {}; compadd() { shift; shown "$@" }; _files() { shown *(N) }; _describe() { shown \${(P)@[-1]} }`,
    each: (words) => `words=(${typed(words)}); CURRENT=${words.length}; PREFIX=${words.at(-1)}; _reprise; echo =`,
  },
  fish: {
    flags: ['--no-config'],
    once: '',
    each: (words) => `complete -C '${words.join(' ')}' | string replace -r '\\t.*' ''; echo =`,
  },
}

const typed = (words: readonly string[]) => words.map((word) => `'${word}'`).join(' ')

describe.each(Object.entries(shells))('%s', (shell, { flags, once, each }) => {
  test('completes commands, flags, their values and files', async () => {
    const script = await scriptFor(shell)
    if (spawnSync(shell, ['-c', 'true']).error)
      return console.warn(`skipped: there is no ${shell} here to try its script in`)
    const commands = [once, `source ${script}`, ...lines.map(([line]) => each(line.split(' ')))].join('\n')
    const env = { PATH: process.env.PATH, HOME: folder }
    const said = execFileSync(shell, [...flags, '-c', commands], { cwd: folder, encoding: 'utf8', env })
    const completed = said.split('=\n').map((part) => part.split('\n'))
    for (const [i, [line, here, notHere]] of lines.entries()) {
      expect(completed[i], line).toEqual(expect.arrayContaining([...here]))
      if (notHere !== undefined) expect(completed[i], line).not.toContain(notHere)
    }
  })
})

test('flags that only answer what others call them are not completed', async () => {
  for (const shell of Object.keys(shells)) {
    const { context, kept } = keptContext()
    await main(['completion', shell], context.io)
    expect(kept.stdout).toMatch(/lanes/)
    expect(kept.stdout).not.toMatch(/max-concurrency|num-prompts|benchmark-duration/)
  }
})
