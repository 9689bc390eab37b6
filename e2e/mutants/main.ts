import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { copyTree } from './copy-tree.ts'
import { type Mutant, mutate, testsOf } from './mutant.ts'
import { mutants } from './mutants.ts'
import { runTests, type TestRun } from './run-tests.ts'

/**
 * Takes the handling of each fault out in turn, in copies of the tree, and prints the test that then fails.
 *
 * Ends with 1 when a mutant survives, when tests hang, or when they fail without any mutant. Words given on the command line choose
 * the mutants of those faults.
 */
const AT_ONCE = 2

const wanted = process.argv.slice(2)
const chosen = mutants.filter(({ faults }) => wanted.length === 0 || faults.some((fault) => wanted.includes(fault)))
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'reprise-mutants-')))
process.once('SIGINT', () => process.exit(130))
process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
const startMs = performance.now()
const trees = Array.from({ length: AT_ONCE }, (_, i) => join(folder, `tree-${i}`))
for (const tree of trees) copyTree(tree)
const isSound = await checkSound(trees[0]!)
const survived = isSound ? await hunt(trees) : chosen
const seconds = Math.round((performance.now() - startMs) / 1_000)
if (isSound)
  console.log(`\n${chosen.length - survived.length} of ${chosen.length} mutants were noticed, in ${seconds} s`)
if (survived.length > 0) process.exitCode = 1

/** Without a mutant everything passes; or else a failure would show nothing. */
async function checkSound(tree: string): Promise<boolean> {
  const tests = [...new Set(chosen.flatMap((mutant) => testsOf(mutant).tests))]
  const { failed, hung, passed } = await runTests(tree, { tests })
  if (!hung && failed.length === 0 && passed > 0) {
    console.log(`without a mutant: ${passed} tests pass\n`)
    return true
  }
  console.log(`without a mutant, tests ${hung ? 'hang' : `fail: ${failed.join('\n  ') || 'there are none'}`}`)
  return false
}

/** Returns the mutants that nothing noticed. */
async function hunt(trees: readonly string[]): Promise<Mutant[]> {
  const left = [...chosen]
  const survived: Mutant[] = []
  await Promise.all(
    trees.map(async (tree) => {
      for (let mutant = left.shift(); mutant; mutant = left.shift()) {
        const run = await runMutant(tree, mutant)
        if (run.hung || run.failed.length === 0) survived.push(mutant)
        console.log(verdictOn(mutant, run))
      }
    }),
  )
  return survived
}

async function runMutant(tree: string, mutant: Mutant): Promise<TestRun> {
  const path = join(tree, mutant.file)
  const text = readFileSync(path, 'utf8')
  writeFileSync(path, mutate(text, mutant))
  try {
    return await runTests(tree, testsOf(mutant))
  } finally {
    writeFileSync(path, text)
  }
}

function verdictOn({ faults, without }: Mutant, { failed, hung, passed }: TestRun): string {
  const title = `${faults.join(', ')}: without ${without}`
  if (hung) return `HUNG      ${title}`
  const [first, ...others] = failed
  if (first === undefined) return passed > 0 ? `SURVIVED  ${title}` : `UNTESTED  ${title}: no test has such a name`
  return `noticed   ${title}\n          by "${first}"${others.length > 0 ? ` and ${others.length} more` : ''}`
}
