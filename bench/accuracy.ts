/**
 * How far the engine model is from measured serving points: aggregate rows of a table, each simulated in a closed loop on the model's own time, against what was
 * measured. docs/accuracy.md has the table.
 *
 *   npm run accuracy -- [FILE.csv] [--every 1] [--json] [--write | --fit]
 *
 * Without a file: the points beside the repository, where they are. `--every 10`: each tenth row, in a tenth of the time. `--write`: constants and errors go into
 * packages/engine-sim/src/core/predict/published-accuracy.json, which predictions are made with. `--fit`: what launching kernels costs, instead (packages/engine-sim/src/core/roofline/layer-launch-us.ts).
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { printable } from '@reprise/safe-text'
import { fitLaunch } from './accuracy/fit-launch.ts'
import { judgeRows } from './accuracy/judge-rows.ts'
import { type LeftOut, measuredRows } from './accuracy/measured-rows.ts'
import { parseCsv } from './accuracy/parse-csv.ts'
import { predictRows } from './accuracy/predict-rows.ts'
import { publishedAccuracy } from './accuracy/published-accuracy.ts'
import { renderAccuracy } from './accuracy/render-accuracy.ts'
import { benchFlags, failBench } from './bench-flags.ts'

const { flags, positionals } = benchFlags(
  import.meta,
  {
    every: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    fit: { type: 'boolean', default: false },
  },
  { allowPositionals: true },
)
const published = new URL('../packages/engine-sim/src/core/predict/published-accuracy.json', import.meta.url)
const file = positionals[0] ?? fileURLToPath(new URL('../../shared/data/silicon/measured.csv', import.meta.url))
const every = Number(flags.every)
if (!existsSync(file)) failBench(`${file}: no such file; give the path of a table of measured points`)
if (!(Number.isInteger(every) && every > 0)) failBench(`--every ${flags.every}: expected a whole number above 0`)
if (flags.write && every > 1) failBench('--write: what is published is of all rows; leave --every out')

try {
  const { rows, incomplete } = measuredRows(parseCsv(readFileSync(file, 'utf8')))
  const chosen = rows.filter((_row, at) => at % every === 0)
  if (chosen.length === 0) failBench(`${file}: no aggregate row can be predicted${placeOf(incomplete)}`)
  if (flags.fit) {
    for (const { framework, kind, rows: count, us, errors } of fitLaunch(chosen, (what) =>
      process.stderr.write(`${what}\n`),
    ))
      process.stdout.write(
        `${framework}, ${kind}: ${us} us a layer (${count} rows; ${errors.map(([tried, error]) => `${tried}: ${(100 * error).toFixed(1)} %`).join(', ')})\n`,
      )
    process.exit(0)
  }
  const { predicted, refused } = predictRows(chosen, (done) => {
    if (process.stderr.isTTY && done % 20 === 0) process.stderr.write(`\r${done} of ${chosen.length} rows`)
  })
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K')
  if (predicted.length === 0) failBench(`${file}: no row can be predicted${placeOf(refused)}`)
  const judgement = judgeRows(predicted)
  if (flags.write) writeFileSync(published, `${JSON.stringify(publishedAccuracy(judgement, rows), undefined, 2)}\n`)
  process.stdout.write(
    flags.json
      ? `${JSON.stringify({ schema: 'accuracy/1', ...judgement, byGroup: Object.fromEntries(judgement.byGroup), constants: Object.fromEntries(judgement.constants), refused, incomplete }, undefined, 2)}\n`
      : renderAccuracy(judgement, { refused, incomplete }),
  )
} catch (error) {
  if (error instanceof RangeError) failBench(`${file}: ${error.message}`)
  if (error instanceof Error && 'syscall' in error) failBench(`${file}: ${error.message}`)
  throw error
}

function placeOf([first]: readonly LeftOut[]): string {
  return first ? `; line ${first.line}: ${printable(first.reason, 240)}` : ': it has none'
}
