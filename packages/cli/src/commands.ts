import type { Command } from 'commander'
import { isAboutAll, registerOverview } from './overview.ts'
import type { CommandContext } from './terminal/command-context.ts'

/** Adds a command to the program. */
export type Register = (program: Command, context: CommandContext) => void

/** In the order of `--help`. A command's code is loaded when it is asked for: most of a short command's time would be loading the others'. */
const commands: Readonly<Record<string, () => Promise<Register>>> = {
  bench: async () => (await import('./commands/bench.ts')).registerBench,
  replay: async () => (await import('./commands/replay.ts')).registerReplay,
  simulate: async () => (await import('./commands/simulate.ts')).registerSimulate,
  capacity: async () => (await import('./commands/capacity.ts')).registerCapacity,
  budget: async () => (await import('./commands/budget.ts')).registerBudget,
  serve: async () => (await import('./commands/serve.ts')).registerServe,
  capture: async () => (await import('./commands/capture.ts')).registerCapture,
  agent: async () => (await import('./commands/agent.ts')).registerAgent,
  trace: async () => (await import('./commands/trace.ts')).registerTrace,
  results: async () => (await import('./commands/results.ts')).registerResults,
  report: async () => (await import('./commands/report.ts')).registerReport,
  compare: async () => (await import('./commands/compare.ts')).registerCompare,
  fidelity: async () => (await import('./commands/fidelity.ts')).registerFidelity,
  matrix: async () => (await import('./commands/matrix.ts')).registerMatrix,
  recipe: async () => (await import('./commands/recipe.ts')).registerRecipe,
  launch: async () => (await import('./commands/launch.ts')).registerLaunch,
  engine: async () => (await import('./commands/engine.ts')).registerEngine,
  calibrate: async () => (await import('./commands/calibrate.ts')).registerCalibrate,
  completion: async () => (await import('./commands/completion.ts')).registerCompletion,
  help: async () => (await import('./commands/help.ts')).registerHelp,
}

/** These speak of the others. */
const aboutAll = ['completion', 'help']

/** What a command line needs: its command, all of them where it names none, or what is said of them where it asks for no more. */
export function commandsFor(argv: readonly string[]): Promise<Register[]> {
  if (isAboutAll(argv)) return Promise.resolve([registerOverview])
  const named = argv.find((word) => !word.startsWith('-')) ?? ''
  const wanted =
    Object.hasOwn(commands, named) && !aboutAll.includes(named) ? [commands[named]!] : Object.values(commands)
  return Promise.all(wanted.map((load) => load()))
}
