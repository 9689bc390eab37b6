import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { type Plan, PlanError, parsePlan, planTextDigest } from '@reprise/replay-engine'
import { printable } from '@reprise/safe-text'
import { planFacts, type RunFile } from '../result/run-header.ts'
import { maxBytes } from './max-bytes.ts'
import { readPlainFile } from './open-plain-file.ts'
import { RunFolderError, runFiles } from './run-folder.ts'

/** As many plans as are kept: the jobs of a sweep take turns with few. */
const plansKept = 4

/** The plans of runs, each parsed once although many runs have it. */
export class StoredPlans {
  readonly #known = new Map<string, Plan>()

  /** The plan in the folder of that run. @throws RunFolderError where it is none, or not the one that the run began with. */
  async read(folder: string, { plan: facts }: Pick<RunFile, 'plan'>): Promise<Plan> {
    const path = join(folder, runFiles.plan)
    const text = await readPlainFile(path, maxBytes.plan)
    const digest = planTextDigest(text)
    const plan = this.#known.get(digest) ?? this.#keep(digest, parse(path, text))
    if (!isDeepStrictEqual(planFacts(plan, digest), facts))
      throw new RunFolderError(path, 'it is not the plan that this run began with', 'Restore the file, or run again.')
    return plan
  }

  #keep(digest: string, plan: Plan): Plan {
    this.#known.set(digest, plan)
    if (this.#known.size > plansKept) this.#known.delete(this.#known.keys().next().value!)
    return plan
  }
}

function parse(path: string, text: string): Plan {
  try {
    return parsePlan(text)
  } catch (error) {
    throw error instanceof PlanError
      ? new RunFolderError(path, printable(error.message, 300), 'Restore the file, or run again.')
      : error
  }
}
