import type { Sweep } from '../expand/finish-sweep.ts'
import { expandFullSweep } from '../expand/full-sweep.ts'
import { expandRunnerModelSweep } from '../expand/runner-model-sweep.ts'
import { expandTestConfig } from '../expand/test-config.ts'
import type { Matrix } from '../read/read-matrix.ts'

/** A command line in InferenceX's flags, taken apart for tests of the expansion (the real one is in the cli package). */
export interface TestCommand {
  readonly command: string
  readonly flags: Readonly<Record<string, readonly string[]>>
}

export function parseTestCommand(args: string): TestCommand {
  const [command = '', ...rest] = args.split(' ')
  const flags: Record<string, string[]> = {}
  let current: string[] = []
  for (const word of rest) {
    if (word.startsWith('--')) current = flags[word.slice(2)] ??= []
    else current.push(word)
  }
  return { command, flags }
}

export function runTestCommand(matrix: Matrix, { command, flags }: TestCommand): Sweep {
  const is = (name: string) => Object.hasOwn(flags, name)
  const number = (name: string) => (is(name) ? Number(flags[name]?.[0]) : undefined)
  const common = drop({
    noEvals: is('no-evals'),
    evalsOnly: is('evals-only'),
    allEvals: is('all-evals'),
    allowEmpty: is('allow-empty'),
    runnerNodeFilter: flags['runner-node-filter']?.[0],
    scenarioTypes: flags['scenario-type'] as ('fixed-seq-len' | 'agentic-coding')[] | undefined,
    modelPrefixes: flags['model-prefix'],
    precisions: flags.precision,
    frameworks: flags.framework,
    singleNode: is('single-node'),
    multiNode: is('multi-node'),
    seqLens: flags['seq-lens'],
  })
  if (command === 'test-config') {
    return expandTestConfig(matrix, {
      ...common,
      ...drop({ conc: flags.conc?.map(Number) }),
      configKeys: flags['config-keys'] ?? [],
    })
  }
  if (command === 'runner-model-sweep') {
    return expandRunnerModelSweep(matrix, {
      ...common,
      ...drop({ conc: number('conc') }),
      runnerType: flags['runner-type']?.[0] ?? '',
    })
  }
  const limits = drop({
    stepSize: number('step-size'),
    minConc: number('min-conc'),
    maxConc: number('max-conc'),
    maxTp: number('max-tp'),
    maxEp: number('max-ep'),
    runnerTypes: flags['runner-type'],
  })
  return expandFullSweep(matrix, { ...common, ...limits })
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> }

function drop<T extends object>(value: T): Defined<T> {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as Defined<T>
}
