import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { root } from '../sources.ts'
import { installedTool } from './tools.ts'

const actionlint = installedTool('actionlint')
const zizmor = installedTool('zizmor')
const deadline = 120_000

function run(file: string, args: readonly string[], input?: string) {
  const { status, stdout, stderr } = spawnSync(file, args, { cwd: root, encoding: 'utf8', timeout: 60_000, input })
  return { status, said: stdout + stderr }
}

describe.skipIf(!actionlint)('actionlint', () => {
  it('finds nothing, and reads local actions and reusable workflows', { timeout: deadline }, () => {
    // Neither shellcheck nor pyflakes: whether they are there must not change the answer.
    const { status, said } = run(actionlint!, ['-shellcheck=', '-pyflakes='])
    expect(said).toBe('')
    expect(status).toBe(0)
  })

  it('would find a fault', () => {
    const title = '$' + '{{ github.event.issue.title }}'
    const broken = `on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: echo ${title}\n`
    expect(run(actionlint!, ['-'], broken).said).toContain('untrusted')
  })
})

describe.skipIf(!zizmor)('zizmor', () => {
  const pedantic = ['--offline', '--no-progress', '--persona', 'pedantic']

  it('finds nothing, with one rule off', { timeout: deadline }, () => {
    const { status, said } = run(zizmor!, [...pedantic, '.'])
    expect(said).toContain('No findings to report')
    expect(status).toBe(0)
  })

  it('would find a fault', () => {
    const broken = 'on: pull_request_target\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: "true"\n'
    const { status, said } = run(zizmor!, [...pedantic, '-'], broken)
    expect(said).toContain('dangerous-triggers')
    expect(status).toBeGreaterThan(10)
  })
})
