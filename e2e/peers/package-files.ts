import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, globSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** The files of a package that is not installed. */
export interface PackageFiles {
  /** Has the package as a folder of its name. */
  readonly folder: string
  remove(): void
}

/**
 * The files of a package on PyPI without what it depends on: of its wheel, or of its source where the wheel is too large. Undefined, and said
 * aloud, where it cannot be had here.
 */
export function packageFiles(name: string, version: string, from: 'wheel' | 'source'): PackageFiles | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'reprise-package-'))
  const remove = () => rmSync(folder, { recursive: true, force: true })
  console.warn(`unpacking ${name} ${version} ...`)
  try {
    const found = from === 'wheel' ? unpackWheel(`${name}==${version}`, folder) : unpackSource(name, version, folder)
    if (existsSync(join(found, name))) return { folder: found, remove }
  } catch {}
  remove()
  console.warn(`SKIPPED: the ${from} of ${name} ${version} cannot be had here`)
  return undefined
}

const pip = ['-m', 'pip', '--quiet', '--no-input', '--disable-pip-version-check']
const timeout = 300_000

function unpackWheel(requirement: string, folder: string): string {
  execFileSync('python3', [...pip, 'install', '--no-deps', '--no-compile', '--target', folder, requirement], {
    stdio: 'pipe',
    timeout,
  })
  return folder
}

/** pip unpacks a source, fails at its metadata for want of what builds it, and leaves it where it was told to keep everything. */
function unpackSource(name: string, version: string, folder: string): string {
  const [kept, out] = [join(folder, 'kept'), join(folder, 'out')]
  mkdirSync(kept)
  const words = ['download', '--no-clean', '--no-deps', '--no-build-isolation', '--no-binary', name, '--dest', out]
  const env = { ...process.env, TMPDIR: kept }
  spawnSync('python3', [...pip, ...words, `${name}==${version}`], { stdio: 'pipe', timeout, env })
  const [found] = globSync(`*/${name}_*`, { cwd: kept })
  return join(kept, found ?? 'none')
}
