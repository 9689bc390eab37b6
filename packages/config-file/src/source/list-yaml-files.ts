import { readdirSync } from 'node:fs'
import { ConfigError } from '../problem.ts'
import { unreadable } from './unreadable.ts'

/**
 * The YAML files of a folder, by path, in order of their names; none if there is no such folder.
 *
 * @throws ConfigError when it is there and cannot be read.
 */
export function listYamlFiles(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.yaml'))
      .map((entry) => `${folder}/${entry.name}`)
      .sort()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw new ConfigError([unreadable(folder, error)])
  }
}
