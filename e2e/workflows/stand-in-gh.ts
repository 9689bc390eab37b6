import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Pipeline } from './pipeline.ts'

/**
 * GitHub's command line, which needs GitHub. It answers from a table, path to answer, keeps what it was asked, and gives the artifacts of other
 * runs from `earlier/<run>/<name>` beside the repository.
 */
export function standInGh({ folder }: Pipeline, answers: Readonly<Record<string, string>>) {
  const log = join(folder, 'gh.jsonl')
  const file = join(folder, 'bin/gh')
  writeFileSync(
    file,
    `#!/usr/bin/env node
import { appendFileSync, cpSync, existsSync, readFileSync } from 'node:fs'
const args = process.argv.slice(2)
const body = args.find((each) => each.startsWith('body=@'))
const text = body && readFileSync(body.slice(6), 'utf8')
appendFileSync(${JSON.stringify(log)}, JSON.stringify({ args, text }) + '\\n')
const answers = ${JSON.stringify(answers)}
if (args[0] === 'run' && args[1] === 'download') {
  const from = [${JSON.stringify(join(folder, 'earlier'))}, args[2], args[args.indexOf('--name') + 1]].join('/')
  if (!existsSync(from)) process.exit(1)
  cpSync(from, args[args.indexOf('--dir') + 1], { recursive: true })
} else console.log(answers[args.find((each) => each in answers)] ?? '')
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
