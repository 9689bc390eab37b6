import { ConfigError, readTextFiles } from '@reprise/config-file'
import { LaunchError, launchFingerprint, type Recipe, type RunnerProfile, readRecipe } from '@reprise/launcher'
import type { SweepJob } from '@reprise/matrix-generator'
import { printable } from '@reprise/safe-text'
import type { PlannedLaunch } from './plan-sweep.ts'

/** Says what the launch of a job comes to, by the recipes of the working folder, each read once. Nothing is started. */
export function launchesIn(profileOf: (name: string) => RunnerProfile | undefined): (job: SweepJob) => PlannedLaunch {
  const recipes = remembered(readRecipe)
  const texts = remembered(textOf)
  return (job) => {
    const profile = profileOf(job.profile)
    if (job.recipe === undefined || !profile) return {}
    try {
      const recipe: Recipe = recipes(job.recipe)
      const fingerprint = launchFingerprint({ job, recipe, profile }, texts)
      return { fingerprint }
    } catch (error) {
      if (!(error instanceof LaunchError || error instanceof ConfigError)) throw error
      const cure = 'see reprise recipe check, or leave the configuration out'
      return { refusal: { why: `cannot be launched: ${printable(error.message, 600)}`, cure } }
    }
  }
}

/** A file that a command names; undefined where there is none that can be read, which the launch will tell. */
function textOf(path: string): string | undefined {
  try {
    return path.includes('..') ? undefined : readTextFiles([path])[0]?.text
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return undefined
  }
}

/** An error is thrown again, not remembered. */
function remembered<T>(read: (key: string) => T): (key: string) => T {
  const found = new Map<string, T>()
  return (key) => {
    if (!found.has(key)) found.set(key, read(key))
    return found.get(key)!
  }
}
