import { ConfigError, Locations, type Problem, parseYaml, problemsOfIssues, type TextFile } from '@reprise/config-file'
import { DockerSection, dockerSettings } from './docker-section.ts'
import { openMounts } from './open-mounts.ts'
import { profileKeys, type RunnerProfile, RunnerProfileFile } from './runner-profile.ts'
import { isSecretName } from './secret-name.ts'

/**
 * The profile that a file of `runners/` describes.
 *
 * @throws ConfigError with every problem found and its place: unknown keys, wrong types, a name that is not the file's.
 */
export function parseProfile(file: TextFile): RunnerProfile {
  const locations = new Locations()
  const { value, problems: broken } = parseYaml(file, locations)
  if (broken.length > 0) throw new ConfigError(broken)
  const parsed = RunnerProfileFile.safeParse(value)
  if (!parsed.success) {
    const context = { root: value, path: [], locations, file: file.file, knownKeys: profileKeys }
    throw new ConfigError(problemsOfIssues(parsed.error.issues, context))
  }
  const place = (key: string) => locations.place(value, [key]) ?? locations.place(value, [])
  const problems = [
    ...misnamed(parsed.data.name, file.file, place('name')),
    ...misplaced(parsed.data, place),
    ...openMounts(parsed.data.mounts, locations.place(value, ['mounts'])),
    ...openSecrets(parsed.data, locations.place(value, ['env'])),
  ]
  if (problems.length > 0) throw new ConfigError(problems)
  return profileOf(parsed.data)
}

/** A profile is found by the name of its file, so the two must agree. */
function misnamed(name: string, file: string, place: Problem['place']): Problem[] {
  const stem = /([^/\\]+)\.ya?ml$/.exec(file)?.[1]
  if (stem === undefined || stem === name) return []
  const message = `the profile is called ${JSON.stringify(name)}, its file ${JSON.stringify(stem)}`
  return [{ severity: 'error', code: 'profile-name', ...(place && { place }), message, cure: `write name: ${stem}` }]
}

/** A section for another kind of host would be believed and never heeded; one that a host cannot do without is missed. */
function misplaced(file: RunnerProfileFile, place: (key: string) => Problem['place']): Problem[] {
  const problems: Problem[] = []
  const tell = (key: string, message: string, cure: string) => {
    const at = place(key)
    problems.push({ severity: 'error', code: 'profile-host', ...(at && { place: at }), message, cure })
  }
  for (const kind of ['docker', 'slurm'] as const)
    if (file[kind] && file.host !== kind)
      tell(kind, `${kind} is said of a ${file.host} host`, `write host: ${kind}, or remove it`)
  if (file.host !== 'slurm') return problems
  if (!file.slurm) tell('slurm', 'slurm is missing', 'say at least slurm: { gpus-per-node: N, image-folder: PATH }')
  else if (file.slurm.run === 'container' && file.slurm['image-folder'] === undefined)
    tell('slurm', 'image-folder is missing', 'name a folder that all nodes see, or write run: plain')
  return problems
}

/** A profile is a file that many read. */
function openSecrets({ env }: RunnerProfileFile, place: Problem['place']): Problem[] {
  return Object.keys(env)
    .filter((name) => isSecretName(name))
    .map((name) => ({
      severity: 'error',
      code: 'profile-secret',
      ...(place && { place }),
      message: `${name} looks like a secret, and a profile is no place for one`,
      cure: `write secret-env: [${name}], and give it to whoever launches in its environment`,
    }))
}

function profileOf(file: RunnerProfileFile): RunnerProfile {
  const common = {
    name: file.name,
    vendor: file.vendor,
    runsOn: file['runs-on'],
    mounts: file.mounts.map(({ from, to, 'read-only': readOnly }) => ({ from, to, readOnly })),
    devices: file.devices,
    env: file.env,
    secretEnv: file['secret-env'],
    ...(file['gpu-idle-mib'] !== 'unchecked' && { gpuIdleMib: file['gpu-idle-mib'] }),
    port: file.port,
    timeoutMinutes: file['timeout-minutes'],
    ...(file['max-parallel'] !== undefined && { maxParallel: file['max-parallel'] }),
    stopGraceS: file['stop-grace-s'],
  }
  if (file.host === 'slurm') return { ...common, host: 'slurm', slurm: file.slurm! }
  if (file.host === 'process') return { ...common, host: 'process' }
  const docker = file.docker ?? DockerSection.parse({})
  return { ...common, host: 'docker', docker: dockerSettings(docker), pullDeadlineS: docker['pull-deadline-s'] }
}
