import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type LaunchOptions, launch } from '../../launch/launch.ts'
import type { LaunchProgress } from '../../launch/phase-watch.ts'
import type { SlurmPlan } from '../../plan/launch-plan.ts'
import { fakeProcess, scratchFolder } from '../../testing/launch-plan.fixture.ts'
import { standInForPyxis } from '../../testing/pyxis-stand-in.fixture.ts'
import { noSlurm, slurmCluster } from '../../testing/slurm-cluster.fixture.ts'
import { disaggregated, slurmPlan, twoNodes } from '../../testing/slurm-plan.fixture.ts'
import { slurmHost } from './slurm-host.ts'

interface Told {
  readonly argv: string[]
  readonly env: Record<string, string>
}

const server = fakeProcess(['serve={port}'], { gpus: 2 })

describe.skipIf(noSlurm !== undefined)('a launch on a real cluster', { timeout: 90_000 }, () => {
  const cluster = slurmCluster()
  const host = slurmHost()

  function bringUp(plan: SlurmPlan, options: Omit<LaunchOptions, 'folder'> = {}) {
    const folder = scratchFolder()
    onTestFinished(async () => {
      await host.cleanUp(plan.label, { graceS: 0.1 })
      expect(cluster.jobs()).toEqual([])
    })
    return { folder, launched: launch(plan, host, { folder, ...options }) }
  }

  const jobOf = ({ label }: SlurmPlan) => cluster.run('squeue', '-h', '-n', label, '-o', '%i').trim()
  const nodesOf = ({ label }: SlurmPlan) => cluster.run('squeue', '-h', '-n', label, '-o', '%N').trim()

  async function toldBy(url: string): Promise<Told> {
    return (await (await fetch(url)).json()) as Told
  }

  /** Takes a node away, and gives it back when the test is over. */
  function update(node: string, state: 'drain' | 'down'): void {
    cluster.run('scontrol', 'update', `nodename=${node}`, `state=${state}`, 'reason=test')
    onTestFinished(async () => {
      const isBack = () => {
        cluster.run('scontrol', 'update', `nodename=${node}`, 'state=resume')
        return cluster.run('sinfo', '-h', '-n', node, '-p', 'gpu', '-t', 'idle', '-o', '%D').trim() === '1'
      }
      for (let i = 0; i < 50; i++) {
        try {
          if (isBack()) return
        } catch {
          // it still completes
        }
        await sleep(100)
      }
    })
  }

  /** Puts a program of NVIDIA's in front of the others, which says what the accelerators of a node have in use. */
  function telling(script: string): void {
    const folder = scratchFolder()
    writeFileSync(join(folder, 'nvidia-smi'), `#!/bin/sh\n${script}\necho $used; echo $used\n`, { mode: 0o755 })
    const { PATH } = process.env
    process.env.PATH = `${folder}:${PATH}`
    onTestFinished(() => {
      process.env.PATH = PATH
    })
  }

  test('one worker of each kind on a node of its own, and a router that knows both; each has its own accelerators', async () => {
    const plan = slurmPlan(disaggregated(), { allocation: twoNodes })
    const { launched } = bringUp(plan)
    const { front, servers } = await launched
    expect(servers.map(({ name }) => name)).toEqual(['prefill', 'decode', 'router'])
    const [prefill, decode] = servers
    const { argv, env } = await toldBy(front.endpoint.url)
    expect(argv.slice(-2)).toEqual([`--prefill=${prefill!.endpoint.url}`, `--decode=${decode!.endpoint.url}`])
    const seen = await Promise.all(servers.map(({ endpoint }) => toldBy(endpoint.url)))
    expect(new Set(seen.slice(0, 2).map((each) => each.env.SLURMD_NODENAME)).size).toBe(2)
    expect(seen.slice(0, 2).map((each) => each.env.CUDA_VISIBLE_DEVICES)).toEqual([
      '0,1,2,3,4,5,6,7',
      '0,1,2,3,4,5,6,7',
    ])
    expect(env.CUDA_VISIBLE_DEVICES).toBeUndefined()
  })

  test('a server over two nodes runs once on each of them, and each knows its number', async () => {
    const own = fakeProcess(['serve={port}'])
    const argv = ['sh', '-c', twoRanks, 'sh', ...own.argv]
    const wide = { ...own, argv, gpus: 16, placement: { kind: 'nodes', perCopy: 2 } } as const
    const { folder, launched } = bringUp(slurmPlan([wide], { allocation: twoNodes }))
    await launched
    const log = readFileSync(join(folder, 'server.log'), 'utf8')
    expect(log.match(/rank .*/g)?.toSorted()).toEqual(['rank 0 of 2 on gpu0', 'rank 1 of 2 on gpu1'])
  })

  test('two servers share a node, and no accelerator', async () => {
    const half = fakeProcess(['serve={port}'], { role: 'prefill', count: 2, gpus: 4 })
    const plan = slurmPlan([half], { allocation: { nodes: 1, gpusPerNode: 8, exclusive: true } })
    const { servers } = await bringUp(plan).launched
    const seen = await Promise.all(servers.map(({ endpoint }) => toldBy(endpoint.url)))
    expect(seen.map(({ env }) => env.CUDA_VISIBLE_DEVICES).toSorted()).toEqual(['0,1,2,3', '4,5,6,7'])
    expect(new Set(seen.map(({ env }) => env.SLURMD_NODENAME)).size).toBe(1)
  })

  test('a server gets the environment of its plan, whatever is in it, and no secret of whoever launches', async () => {
    process.env.REPRISE_TEST_TOKEN = 'secret-canary'
    onTestFinished(() => void delete process.env.REPRISE_TEST_TOKEN)
    const odd = `a,b=c "d" 'e' $(f)`
    const { front } = await bringUp(slurmPlan([{ ...server, env: { ODD: odd } }])).launched
    const { env } = await toldBy(front.endpoint.url)
    expect(env.ODD).toBe(odd)
    expect(JSON.stringify(env)).not.toContain('secret-canary')
  })

  test('servers in containers get the image that was imported once, its mounts and their variables', async () => {
    const { containerWords, imports } = standInForPyxis()
    const imageFolder = scratchFolder()
    const seat = {
      ...({ kind: 'container', image: `nvcr.io/x/y@sha256:${'0a'.repeat(32)}`, imageFolder } as const),
      ...{
        mounts: [{ from: '/m', to: '/models', readOnly: true }],
        remapRoot: false,
        writable: true,
        mountHome: false,
      },
    }
    const dri = { ...server, devices: ['/dev/dri'], env: { A: '1' } }
    for (let i = 0; i < 2; i++) {
      const plan = slurmPlan([dri], {
        seat,
        deadlinesS: { queue: 20, pull: 20, start: 20, load: 20, ready: 10, warm: 10 },
      })
      const { imageDigest, phasesMs } = await bringUp(plan).launched
      expect(imageDigest).toBe(`sha256:${'0a'.repeat(32)}`)
      expect(Object.keys(phasesMs)).toContain('pull')
      await host.cleanUp(plan.label, { graceS: 1 })
    }
    const [squashFile, ...others] = readdirSync(imageFolder)
    expect(others).toEqual([])
    expect(imports()).toEqual([
      expect.stringMatching(/^gpu\d import --output \S+\.part docker:\/\/nvcr\.io#x\/y@sha256:/),
    ])
    expect(containerWords().slice(0, 6)).toEqual([
      `--container-image=${join(imageFolder, squashFile!)}`,
      '--container-mounts=/m:/models:ro,/dev/dri:/dev/dri',
      ...['--container-env=A', '--no-container-remap-root', '--container-writable', '--no-container-mount-home'],
    ])
  })

  test('a launch that is given up while its image is imported leaves no part of it, and no lock', async () => {
    standInForPyxis()
    const imageFolder = scratchFolder()
    const seat = {
      ...({ kind: 'container', image: 'x/slow:1', imageFolder } as const),
      ...{ mounts: [], remapRoot: false, writable: true, mountHome: false },
    }
    const plan = slurmPlan([server], {
      seat,
      deadlinesS: { queue: 20, pull: 3, start: 20, load: 20, ready: 10, warm: 10 },
    })
    const { launched } = bringUp(plan)
    await expect(launched).rejects.toMatchObject({ failureClass: 'infrastructure', phase: 'pull' })
    expect(readdirSync(imageFolder)).toEqual([])
  })

  test('who waits in the queue is told its place and why, and gives up at its deadline', async () => {
    const whole = { nodes: 3, gpusPerNode: 8, exclusive: true } as const
    const first = slurmPlan([fakeProcess(['serve={port}'], { gpus: 8 })], { allocation: whole })
    await bringUp(first).launched
    const told: LaunchProgress[] = []
    const plan = slurmPlan([server], { deadlinesS: { queue: 3, start: 10, load: 10, ready: 10, warm: 10 } })
    const { launched } = bringUp(plan, { onProgress: (each) => told.push(each) })
    await expect(launched).rejects.toMatchObject({
      failureClass: 'infrastructure',
      phase: 'queue',
      message: expect.stringMatching(/did not give the nodes in 3 s \(1st of 1 in gpu, (Resources|Priority)/),
    })
    expect(told.some(({ phase, detail }) => phase === 'queue' && detail?.startsWith('1st of 1 in gpu'))).toBe(true)
    expect(jobOf(plan)).toBe('')
    expect(await host.countOwned(first.label)).toBeGreaterThan(0)
    await host.cleanUp(first.label, { graceS: 1 })
  })

  test('a launch that is cancelled in the queue leaves nothing there', async () => {
    const stop = new AbortController()
    const plan = slurmPlan([server], { allocation: { exclude: ['gpu0', 'gpu1'] } })
    update('gpu2', 'drain')
    const { launched } = bringUp(plan, {
      signal: stop.signal,
      onProgress: ({ detail }) => detail !== undefined && stop.abort(new Error('enough')),
    })
    await expect(launched).rejects.toThrow('enough')
    expect(jobOf(plan)).toBe('')
  })

  test.each<[string, Partial<SlurmPlan['allocation']>, 'recipe' | 'infrastructure', RegExp]>([
    [
      'a partition that there is not',
      { partition: 'nope' },
      'recipe',
      /Invalid partition name specified; write another partition/,
    ],
    [
      'a constraint that no node has',
      { constraint: 'b200' },
      'recipe',
      /Invalid feature specification; write another constraint/,
    ],
    ['more than a node has', { gpusPerNode: 9 }, 'recipe', /Requested node configuration is not available/],
    [
      'more nodes than the partition gives',
      { partition: 'small', nodes: 2 },
      'recipe',
      /PartitionNodeLimit|node limit/i,
    ],
  ])('%s is the fault of the profile', async (_what, allocation, failureClass, message) => {
    const { launched } = bringUp(slurmPlan([server], { allocation }))
    await expect(launched).rejects.toMatchObject({
      phase: 'queue',
      failureClass,
      message: expect.stringMatching(message),
    })
  })

  test('a node that was drained gets no job', async () => {
    update('gpu0', 'drain')
    const plan = slurmPlan([server])
    await bringUp(plan).launched
    expect(nodesOf(plan)).toBe('gpu1')
  })

  test('a node that is unfit is left out, and the launch is on another one and says so', async () => {
    // Of those that are asked, the first.
    telling(`mkdir '${join(scratchFolder(), 'asked')}' 2>/dev/null && used=71000 || used=300`)
    const plan = slurmPlan([server], { health: { gpus: 2, gpuMemoryUsedMib: 500 } })
    const { leftOut } = await bringUp(plan).launched
    const reason = 'GPU 0 has 71000 MiB in use, GPU 1 has 71000 MiB in use'
    expect(leftOut).toEqual([{ node: expect.stringMatching(/^gpu\d$/), reason }])
    expect(nodesOf(plan)).not.toBe(leftOut![0]!.node)
  })

  test('where no node is fit, three are tried, and all are named', async () => {
    telling('used=71000')
    const { launched } = bringUp(slurmPlan([server], { health: { gpuMemoryUsedMib: 500 } }))
    const one = String.raw`gpu\d \(GPU 0 has 71000 MiB in use, GPU 1 has 71000 MiB in use\)`
    const message = expect.stringMatching(
      new RegExp(`^no sound nodes in 3 allocations: ${one}, ${one}, ${one}; mend them`),
    )
    await expect(launched).rejects.toMatchObject({ failureClass: 'infrastructure', phase: 'start', message })
  })

  test.each<[string, RegExp, (job: string, node: string) => void]>([
    ['a node fails', /is NODE_FAIL: a node of the allocation failed/, (_job, node) => update(node, 'down')],
    [
      'its time is over',
      /is TIMEOUT: the allocation reached its time limit/,
      (job) => {
        cluster.run('scontrol', 'update', `jobid=${job}`, 'TimeLimit=1')
        cluster.run('scontrol', 'update', `jobid=${job}`, 'EndTime=now')
      },
    ],
    ['somebody cancels it', /is CANCELLED: somebody cancelled the job/, (job) => void cluster.run('scancel', job)],
  ])('%s: whoever holds the server learns why', async (_what, cause, happen) => {
    const plan = slurmPlan([server])
    const { front } = await bringUp(plan).launched
    happen(jobOf(plan), nodesOf(plan))
    const end = await front.server.ended
    expect(end).toEqual({ cause: expect.stringMatching(cause) })
    expect(await slurmHost().endOf(front.server.handle)).toEqual(end)
  })

  test('a job of higher priority takes the nodes of one that is still loading: its operator is told', async () => {
    const whole = { nodes: 3, gpusPerNode: 8, exclusive: true } as const
    const loading = slurmPlan([fakeProcess(['hang'], { gpus: 8 })], { allocation: whole })
    const taking = slurmPlan([server], { allocation: { partition: 'urgent' } })
    const first = bringUp(loading, { onStarted: () => void second() })
    const second = () => bringUpLater.push(launch(taking, host, { folder: scratch }))
    const [bringUpLater, scratch] = [[] as Promise<unknown>[], scratchFolder()]
    onTestFinished(async () => void (await host.cleanUp(taking.label, { graceS: 0.1 })))
    await expect(first.launched).rejects.toMatchObject({
      failureClass: 'infrastructure',
      phase: 'load',
      message: expect.stringMatching(/was ended before it was ready: job \d+ is PREEMPTED: a job of higher priority/),
    })
    await Promise.all(bringUpLater)
    await host.cleanUp(taking.label, { graceS: 0.1 })
  })
})

/** The first node serves, the second only says that it is there. */
const twoRanks = `echo "rank {rank} of {nodes} on $SLURMD_NODENAME"; [ {rank} = 0 ] || exec sleep 60; exec "$@"`
