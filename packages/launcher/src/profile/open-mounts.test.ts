import { expect, test } from 'vitest'
import { openMounts } from './open-mounts.ts'

test.each([
  '/',
  '/etc/',
  '/var/../etc',
  '/var/run/docker.sock',
  '/run/containerd/containerd.sock',
  '/run/user/1000/podman/podman.sock',
  '/var/lib/docker',
  '//var//run//docker.sock',
])('%s gives a server the machine, and is refused', (from) => {
  expect(openMounts([{ from }], undefined)).toMatchObject([{ code: 'profile-mount', severity: 'error' }])
})

test.each(['/mnt/hf_hub_cache', '/data/models', '/var/lib/models', '/home/runner/.cache', '/mnt/dockerfiles'])(
  '%s is a folder like another',
  (from) => {
    expect(openMounts([{ from }], undefined)).toEqual([])
  },
)
