import type { SweepJob } from '@reprise/matrix-generator'
import type { RunnerProfile } from '../profile/runner-profile.ts'
import type { Recipe } from '../recipe/recipe.ts'
import { type LaunchFiles, readJobRecipe } from './read-launch-files.ts'
import { readProfile, readProfileFile } from './read-profile.ts'

type Read = { readonly recipe: Recipe; readonly profile: RunnerProfile }

/** Like `readLaunchFiles` for many jobs: no file is read twice. What is returned throws as that does. */
export function launchFilesOf(files: LaunchFiles = {}): (job: SweepJob) => Read {
  const recipes = new Map<string, Recipe>()
  const profiles = new Map<string, RunnerProfile>()
  return (job) => {
    const file = files.recipe ?? job.recipe
    return {
      recipe: file === undefined ? readJobRecipe(job) : once(recipes, file, () => readJobRecipe(job, file)),
      profile: once(profiles, files.profile ?? job.profile, (named) =>
        files.profile === undefined ? readProfile(named) : readProfileFile(named),
      ),
    }
  }
}

function once<T>(known: Map<string, T>, key: string, read: (key: string) => T): T {
  const found = known.get(key) ?? read(key)
  known.set(key, found)
  return found
}
