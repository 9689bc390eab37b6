import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ConfigError, FlagError } from '@reprise/config-file'
import { afterAll, describe, expect, test } from 'vitest'
import { canonicalJson } from './job/canonical-json.ts'
import type { Row } from './job/row.ts'
import { rowOf } from './job/row-of.ts'
import { type Matrix, readMatrix } from './read/read-matrix.ts'
import { parseTestCommand, runTestCommand } from './testing/command-line.fixture.ts'

const golden = join(import.meta.dirname, '../../../../shared/data/inferencex')
const isPresent = existsSync(golden)
if (!isPresent)
  console.warn(
    `SKIPPED: the golden rows of InferenceX are not at ${golden}; compat-april.test.ts and compat-august.test.ts stand in for them`,
  )

interface GoldenCase {
  readonly name: string
  readonly args: string
  readonly exit: number
  readonly rows?: number
  readonly sha256_16?: string
}

const table: string[] = []

describe.each(['apr2026', 'aug2026'])('golden rows of %s', (epoch) => {
  const folder = join(golden, epoch)
  const index = join(folder, 'golden/index.jsonl')
  const cases = isPresent
    ? readFileSync(index, 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as GoldenCase)
    : []

  test.skipIf(!isPresent)('there are cases', () => {
    expect(cases.length).toBeGreaterThan(8)
  })

  test.each(cases)('$name', ({ name, args, exit, rows: count, sha256_16 }) => {
    const outcome = run(folder, args)
    table.push(
      `${epoch}  ${name.padEnd(22)} exit ${outcome.exit}  ${String(outcome.rows?.length ?? '-').padStart(5)} rows  ${args.slice(0, 110)}`,
    )
    expect(outcome.exit).toBe(exit)
    if (exit !== 0) return
    const expected = JSON.parse(readFileSync(join(folder, 'golden', `${name}.json`), 'utf8')) as Row[]
    const ours = outcome.rows!.map((row) => canonicalJson(row))
    expect(ours).toEqual(expected.map((row) => canonicalJson(row)))
    expect(ours).toHaveLength(count!)
    expect(sha256(`[${ours.join(',')}]`).slice(0, 16)).toBe(sha256_16)
  })
})

afterAll(() => {
  if (isPresent) console.log(table.toSorted().join('\n'))
})

function run(folder: string, args: string): { exit: number; rows?: Row[] } {
  const command = parseTestCommand(args)
  try {
    const matrix = cached(folder, command.flags['config-files'] ?? [])
    return { exit: 0, rows: runTestCommand(matrix, command).jobs.map((job) => rowOf(job, matrix.config.epoch)) }
  } catch (error) {
    if (error instanceof FlagError) return { exit: 2 }
    if (error instanceof ConfigError) return { exit: 1 }
    throw error
  }
}

const matrices = new Map<string, Matrix>()

/** Most cases read the same files. */
function cached(folder: string, names: readonly string[]): Matrix {
  const key = [folder, ...names].join(' ')
  const read = (file: string) => ({ file, text: readFileSync(join(folder, file), 'utf8') })
  const known =
    matrices.get(key) ?? readMatrix({ configFiles: names.map(read), runnerFile: read('runners.yaml'), compat: true })
  matrices.set(key, known)
  return known
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
