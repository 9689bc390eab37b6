import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { deadlineMs, place } from './launch-place.ts'
import { runCli, serveCli } from './run-cli.ts'
import { runHere } from './run-here.ts'
import { temporaryFolder } from './temporary-folder.ts'

const canary = 'canary-4f1c'
const small = ['--lanes', '1', '--duration', '2', '--time-scale', '0.01']

describe('a secret never comes out again', () => {
  test.each([
    `http://user:${canary}@127.0.0.1:9`,
    `http://127.0.0.1:9/v1?key=${canary}`,
    `http:/user:${canary}@127.0.0.1:9`,
  ])('in the address %s: it is refused, and nothing is written', async (url) => {
    const folder = temporaryFolder()
    for (const args of [
      ['replay', '--url', url, ...small, '--out', join(folder, 'run')],
      ['replay', `--url=${url}`, '--json', '--out', join(folder, 'run')],
      ['launch', 'eval', '--job', 'job.json', '--url', url, '--out', join(folder, 'eval')],
    ]) {
      const { code, stdout, stderr } = await runHere(args, { cwd: folder })
      expect(code).toBe(2)
      expect(stderr).toMatch(/--url .*(--api-key-env|such as http:)/)
      expect(stdout + stderr).not.toContain(canary)
    }
    expect(readdirSync(folder)).toEqual([])
  })

  test('in the place of a variable: it is refused', async () => {
    const { code, stdout, stderr } = await runHere(['replay', '--url', 'http://127.0.0.1:9', '--api-key-env', canary])
    expect(code).toBe(2)
    expect(stderr).toMatch(/give the name of a variable/)
    expect(stdout + stderr).not.toContain(canary)
  })

  test('in a variable: it is sent, and stands in no file of the run', async () => {
    const folder = temporaryFolder()
    const server = await serveCli()
    const secret = ['--api-key-env', 'MY_KEY', '--header-env', 'X-Tenant=TENANT']
    const args = ['replay', '--url', server.url, ...secret, '--debug-trace', ...small, '--out', folder]
    const { code, stdout, stderr } = await runCli([...args, '--overwrite'], {
      env: { MY_KEY: canary, TENANT: `of-${canary}` },
    })
    await server.stop()
    expect(code).toBe(0)
    expect(stdout + stderr).not.toContain(canary)
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
    expect(files.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['run.json', 'debug-trace.jsonl', 'command.txt']),
    )
    for (const { parentPath, name } of files)
      expect(readFileSync(join(parentPath, name), 'utf8').includes(canary), name).toBe(false)
  })

  test('in the environment that a profile asks for: the server has it, and it stands in no plan, log, record or summary', async () => {
    const { cwd, folder, job, state } = place({ deeds: [`serve=\${port}`] })
    const profile = { name: 'local', host: 'process', vendor: 'none', 'runs-on': ['x'], 'secret-env': ['HF_TOKEN'] }
    const limits = { 'timeout-minutes': 5, 'stop-grace-s': 0.5 }
    writeFileSync(join(folder, 'runners/local.yaml'), JSON.stringify({ ...profile, ...limits }))
    const out = join(folder, 'eval')
    const told: string[] = []
    const run = async (...args: string[]) => {
      const { code, stdout, stderr } = await runCli(args, { cwd, deadlineMs, env: { HF_TOKEN: canary } })
      told.push(stdout, stderr)
      return { code, stdout }
    }
    expect((await run('launch', 'plan', '--job', job)).code).toBe(0)
    expect((await run('launch', 'plan', '--job', job, '--json')).stdout).toContain('HF_TOKEN')
    const up = await run('launch', 'run', '--job', job, '--state', state, '--detach', '--json')
    expect(up.code).toBe(0)
    const { url } = JSON.parse(up.stdout) as { url: string }
    expect(await (await fetch(url)).text()).toContain(canary)
    await run('launch', 'eval', '--job', job, '--url', url, '--out', out)
    expect((await run('launch', 'stop', '--state', state)).code).toBe(0)
    expect(told.join('')).not.toContain(canary)
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
    expect(files.map(({ name }) => name)).toEqual(expect.arrayContaining(['launch.json', 'server.log', 'eval.json']))
    for (const { parentPath, name } of files)
      expect(readFileSync(join(parentPath, name), 'utf8').includes(canary), name).toBe(false)
  })
})
