import type { Mutant } from './mutant.ts'

const files = 'packages/config-file/src/source'

/** What is refused of files of configuration, jobs and commands. */
export const configMutants: readonly Mutant[] = [
  {
    faults: ['config-file'],
    without: 'asking whether a file is one',
    file: `${files}/read-text-files.ts`,
    edits: [["if (!stat.isFile()) return fileProblem(path, 'is not a file', 'name a YAML file')", '']],
    tests: [`${files}/read-text-files.test.ts`],
    named: 'a pipe that nobody writes into',
  },
  {
    faults: ['config-file'],
    without: 'a limit to what is read',
    file: `${files}/read-text-files.ts`,
    edits: [['maxTextLength * 3', 'maxTextLength * 3_000']],
    tests: [`${files}/read-text-files.test.ts`],
    named: 'more than any configuration',
  },
  {
    faults: ['config-file'],
    without: 'a message for a folder that cannot be read',
    file: `${files}/list-yaml-files.ts`,
    edits: [['throw new ConfigError([unreadable(folder, error)])', 'throw error']],
    tests: [`${files}/read-text-files.test.ts`],
    named: 'is no folder',
  },
  {
    faults: ['config-file'],
    without: 'an end to the unknown keys that are told',
    file: 'packages/config-file/src/yaml/schema-problems.ts',
    edits: [['keys.slice(0, maxUnknownKeys).map', 'keys.map']],
    tests: ['packages/config-file/src/yaml/schema-problems.test.ts'],
  },
  {
    faults: ['config-file'],
    without: 'laying a base down once',
    file: 'packages/config-file/src/inheritance/layers-of.ts',
    edits: [['if (!seen.has(base)) visit(base, trail)', 'visit(base, trail)']],
    tests: ['packages/config-file/src/inheritance/layers-of.test.ts'],
  },
  {
    faults: ['config-file'],
    without: 'a limit to what entries inherit',
    file: 'packages/matrix-generator/src/read/inherit.ts',
    edits: [['if (this.#budget.members < 0) {', 'if (false) {']],
    tests: ['packages/matrix-generator/src/read/inherit.test.ts'],
    named: 'inherit a whole file',
  },
  {
    faults: ['sweep-job'],
    without: 'asking whether the row of a job is its row',
    file: 'packages/matrix-generator/src/job/sweep-job.ts',
    edits: [
      ['canonicalJson(rowOf(job, epoch)) === canonicalJson(row)', 'job !== undefined && row !== undefined && !!epoch'],
    ],
    tests: ['packages/cli/src/options/read-job.test.ts'],
  },
  {
    faults: ['shell-word'],
    without: 'quoting what bash would expand',
    file: 'packages/safe-text/src/quote-word.ts',
    edits: [['/^(?:[\\w@%+=:,./-]|\\{\\w+\\})+$/', '/^[\\w@%+=:,./{}-]+$/']],
    tests: ['packages/safe-text/src/quote-word.test.ts'],
  },
]
