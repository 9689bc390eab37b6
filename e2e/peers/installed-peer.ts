import { execFile, execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** A tool of others with a Python of its own. */
export interface Peer {
  /** Runs one of our scripts with it; returns the JSON that its last line is. @throws Error with what it said. */
  run(script: string, ...args: readonly string[]): unknown
  /** Runs a command that it brought, at home in the folder that goes with it. @throws Error with what it said. */
  command(name: string, args: readonly string[]): Promise<void>
  remove(): void
}

/** The packages in a new virtual environment; undefined, and said aloud, where it cannot be installed here. */
export function installedPeer(...requirements: readonly string[]): Peer | undefined {
  const requirement = requirements.join(' and ')
  const folder = mkdtempSync(join(tmpdir(), 'reprise-peer-'))
  const python = join(folder, 'bin', 'python')
  const remove = () => rmSync(folder, { recursive: true, force: true })
  try {
    console.warn(`installing ${requirement} ...`)
    execFileSync('python3', ['-m', 'venv', folder], { stdio: 'pipe' })
    const pip = ['-m', 'pip', 'install', '--quiet', '--no-input', '--disable-pip-version-check', ...requirements]
    execFileSync(python, pip, { stdio: 'pipe', timeout: 540_000 })
  } catch (error) {
    remove()
    console.warn(`SKIPPED: ${requirement} cannot be installed here: ${saidBy(error)}`)
    return undefined
  }
  return {
    run(script, ...args) {
      try {
        const path = join(import.meta.dirname, script)
        const out = execFileSync(python, [path, ...args], {
          cwd: folder,
          encoding: 'utf8',
          stdio: 'pipe',
          timeout: 100_000,
        })
        return JSON.parse(out.trim().split('\n').at(-1)!)
      } catch (error) {
        throw new Error(`${requirement} refused ${args.join(' ')}: ${saidBy(error)}`)
      }
    },
    async command(name, args) {
      try {
        const env = { ...process.env, HOME: folder, COLUMNS: '200' }
        const options = { cwd: folder, env, timeout: 200_000, maxBuffer: 2 ** 26 }
        await promisify(execFile)(join(folder, 'bin', name), [...args], options)
      } catch (error) {
        const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string }
        throw new Error(`${requirement}: ${name} failed: ${(stderr + stdout || String(error)).slice(-3_000)}`)
      }
    },
    remove,
  }
}

/** The last line is the exception. */
function saidBy(error: unknown): string {
  const { stderr = '', message = '' } = error as { stderr?: Buffer | string; message?: string }
  return String(stderr).trim().split('\n').at(-1) || message
}
