import { expect, test } from 'vitest'
import { fakeDockerPlan, fakeProcess } from '../testing/launch-plan.fixture.ts'
import { containerWords } from './container-words.ts'

const owner = { label: 'reprise-0-1', state: '/runs/1' }
const own = { label: owner.label, owner: JSON.stringify(owner) }
const command = { argv: ['python3', '-m', 'server', '--port', '8000'], env: { HF_TOKEN: 'canary' } }

function wordsOf(
  devices: readonly string[],
  settings: object = {},
  mounts: { from: string; to: string; readOnly: boolean }[] = [],
) {
  const planned = fakeProcess([], { devices: [...devices] })
  const plan = fakeDockerPlan('x', [planned])
  const input = { plan: { mounts, settings: { ...plan.settings, ...settings } }, ...own, imageId: 'sha256:b', command }
  return containerWords({ ...input, copy: { name: 'server', copy: 0, planned } })
}

test('the accelerators of NVIDIA in one request, all that a profile says, and the command whole', () => {
  const settings = {
    ipc: 'host',
    ulimits: { memlock: -1, stack: 67_108_864 },
    groups: ['video', '44'],
    capabilities: ['SYS_PTRACE'],
    securityOptions: ['seccomp=unconfined'],
    user: '1000:1000',
    memoryMib: 1_024,
    pids: 500,
    logMib: 100,
  }
  const mounts = [{ from: '/mnt/a,b', to: '/models', readOnly: true }]
  expect(wordsOf(['nvidia=0', 'nvidia=1', '/dev/infiniband/uverbs0'], settings, mounts)).toEqual([
    'create',
    '--init',
    '--name=reprise-0-1.server',
    '--label=dev.reprise.label=reprise-0-1',
    '--label=dev.reprise.name=server',
    `--label=dev.reprise.owner=${JSON.stringify(owner)}`,
    '--network=host',
    '--log-driver=json-file',
    '--log-opt=max-size=100m',
    '--log-opt=max-file=2',
    '--gpus="device=0,1"',
    '--device=/dev/infiniband/uverbs0',
    '--mount=type=bind,"source=/mnt/a,b",target=/models,readonly',
    '--ipc=host',
    '--ulimit=memlock=-1',
    '--ulimit=stack=67108864',
    '--group-add=video',
    '--group-add=44',
    '--cap-add=SYS_PTRACE',
    '--security-opt=seccomp=unconfined',
    '--user=1000:1000',
    '--memory=1024m',
    '--pids-limit=500',
    '--env-file=/dev/fd/3',
    '--entrypoint=python3',
    'sha256:b',
    ...['-m', 'server', '--port', '8000'],
  ])
})

test('the device nodes of AMD, and its groups', () => {
  const words = wordsOf(['/dev/kfd', '/dev/dri'], { groups: ['render'], shmMib: 16_384, init: false })
  expect(words).toEqual(
    expect.arrayContaining(['--device=/dev/kfd', '--device=/dev/dri', '--group-add=render', '--shm-size=16384m']),
  )
  expect(words.some((word) => word.startsWith('--gpus') || word === '--init')).toBe(false)
  expect(wordsOf(['nvidia=all'])).toContain('--gpus=all')
})

test('nothing of the environment is in the words, and no container gets more than was said', () => {
  const words = wordsOf([]).join(' ')
  expect(words).not.toMatch(/canary|HF_TOKEN|privileged|docker\.sock/)
})
