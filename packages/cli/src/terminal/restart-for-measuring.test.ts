import { afterEach, describe, expect, test, vi } from 'vitest'
import { forwardingFlags, measuringFlags } from './measuring-flags.mjs'
import { restartForMeasuring } from './restart-for-measuring.ts'

const { execArgv, env } = process
const options = env.NODE_OPTIONS

afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllEnvs()
  process.execArgv = execArgv
  if (options === undefined) delete env.NODE_OPTIONS
  else env.NODE_OPTIONS = options
})

describe('a process is started anew', () => {
  test('with all flags, and what it was started with', () => {
    expect(flagsOf(['replay'], ['--trace-gc'])).toEqual([...measuringFlags, '--trace-gc'])
  })

  test('without a flag that the user has chosen, as a word or in NODE_OPTIONS', () => {
    expect(flagsOf(['bench'], ['--max-semi-space-size=16'])).toEqual([
      '--initial-old-space-size=256',
      '--max-semi-space-size=16',
    ])
    expect(flagsOf(['bench'], [], '--initial-old-space-size=64')).toEqual(['--max-semi-space-size=4'])
  })

  test('once: not where it has them all', () => {
    expect(flagsOf(['calibrate'], measuringFlags)).toBeUndefined()
  })

  test('with a small young generation alone where it forwards, and large bodies off the heaps unless the user has said otherwise', () => {
    expect(flagsOf(['capture'], [])).toEqual(forwardingFlags)
    expect(startOf(['capture'], [])!.env).toEqual({ ...env, MALLOC_MMAP_THRESHOLD_: '131072' })
    expect(startOf(['replay'], [])!.env).toEqual({ ...env })
    vi.stubEnv('MALLOC_MMAP_THRESHOLD_', '4096')
    expect(startOf(['capture'], [])!.env.MALLOC_MMAP_THRESHOLD_).toBe('4096')
  })

  test('never for a command that does not measure', () => {
    expect(flagsOf(['report'], [])).toBeUndefined()
  })
})

/** What stands before the script in the words that Node is started with; undefined where it is not started. */
function flagsOf(words: readonly string[], given: readonly string[], nodeOptions?: string): string[] | undefined {
  if (nodeOptions !== undefined) env.NODE_OPTIONS = nodeOptions
  const args = startOf(words, given)?.args
  return args?.slice(1, args.length - process.argv.length + 1)
}

function startOf(words: readonly string[], given: readonly string[]) {
  let started: { args: string[]; env: NodeJS.ProcessEnv } | undefined
  vi.spyOn(process, 'execve').mockImplementation((_file, args, variables) => {
    started = { args: [...args!], env: { ...variables } }
    return undefined as never
  })
  process.execArgv = [...given]
  restartForMeasuring(words)
  return started
}
