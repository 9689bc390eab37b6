import { ConfigError, readTextFiles } from '@reprise/config-file'
import { printable } from '@reprise/safe-text'
import { parseProfile } from '../profile/parse-profile.ts'
import type { RunnerProfile } from '../profile/runner-profile.ts'

/**
 * The profile of a fleet, from `<folder>/<name>.yaml`.
 *
 * @throws ConfigError when there is no such file, or it is not a profile; when the name is none that a file may have.
 */
export function readProfile(name: string, folder = 'runners'): RunnerProfile {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name)) {
    const message = `${JSON.stringify(printable(name))} is no name of a runner profile`
    const cure = 'write the name of a file in runners/, without .yaml'
    throw new ConfigError([{ severity: 'error', code: 'profile-name', message, cure }])
  }
  return readProfileFile(`${folder}/${name}.yaml`)
}

/**
 * The profile that a file describes.
 *
 * @throws ConfigError as `readProfile`.
 */
export function readProfileFile(file: string): RunnerProfile {
  const [text] = readTextFiles([file])
  return parseProfile(text!)
}
