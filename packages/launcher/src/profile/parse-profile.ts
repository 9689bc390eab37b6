import { ConfigError, Locations, type Problem, parseYaml, problemsOfIssues, type TextFile } from '@reprise/config-file'
import { profileKeys, type RunnerProfile, RunnerProfileFile } from './runner-profile.ts'

/**
 * The profile that a file of `runners/` describes.
 *
 * @throws ConfigError with every problem found and its place: unknown keys, wrong types, a name that is not the file's.
 */
export function parseProfile(file: TextFile): RunnerProfile {
  const locations = new Locations()
  const { value, problems } = parseYaml(file, locations)
  if (problems.length > 0) throw new ConfigError(problems)
  const parsed = RunnerProfileFile.safeParse(value)
  if (!parsed.success) {
    const context = { root: value, path: [], locations, file: file.file, knownKeys: profileKeys }
    throw new ConfigError(problemsOfIssues(parsed.error.issues, context))
  }
  const wrongName = misnamed(parsed.data.name, file.file, locations.place(value, ['name']))
  if (wrongName) throw new ConfigError([wrongName])
  return profileOf(parsed.data)
}

/** A profile is found by the name of its file, so the two must agree. */
function misnamed(name: string, file: string, place: Problem['place']): Problem | undefined {
  const stem = /([^/\\]+)\.ya?ml$/.exec(file)?.[1]
  if (stem === undefined || stem === name) return undefined
  return {
    severity: 'error',
    code: 'profile-name',
    ...(place && { place }),
    message: `the profile is called ${JSON.stringify(name)}, its file ${JSON.stringify(stem)}`,
    cure: `write name: ${stem}`,
  }
}

function profileOf(file: RunnerProfileFile): RunnerProfile {
  return {
    name: file.name,
    host: file.host,
    vendor: file.vendor,
    runsOn: file['runs-on'],
    mounts: file.mounts.map(({ from, to, 'read-only': readOnly }) => ({ from, to, readOnly })),
    devices: file.devices,
    env: file.env,
    port: file.port,
    timeoutMinutes: file['timeout-minutes'],
    ...(file['max-parallel'] !== undefined && { maxParallel: file['max-parallel'] }),
    stopGraceS: file['stop-grace-s'],
  }
}
