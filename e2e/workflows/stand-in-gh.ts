import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Pipeline } from './pipeline.ts'

/** GitHub's command line, which needs GitHub. It answers from a table, path to answer, and keeps what it was asked. */
export function standInGh({ folder }: Pipeline, answers: Readonly<Record<string, string>>) {
  const log = join(folder, 'gh.jsonl')
  const file = join(folder, 'bin/gh')
  writeFileSync(
    file,
    `#!/usr/bin/env node
import { appendFileSync, readFileSync } from 'node:fs'
const args = process.argv.slice(2)
const body = args.find((each) => each.startsWith('body=@'))
const text = body && readFileSync(body.slice(6), 'utf8')
appendFileSync(${JSON.stringify(log)}, JSON.stringify({ args, text }) + '\\n')
const answers = ${JSON.stringify(answers)}
console.log(answers[args.find((each) => each in answers)] ?? '')
`,
  )
  // Of its own, because a file without an ending is no module otherwise.
  writeFileSync(join(folder, 'bin/package.json'), '{"type":"module"}')
  chmodSync(file, 0o755)
  return {
    calls: () =>
      existsSync(log)
        ? readFileSync(log, 'utf8')
            .trim()
            .split('\n')
            .map((line) => JSON.parse(line) as { readonly args: readonly string[]; readonly text?: string })
        : [],
  }
}
