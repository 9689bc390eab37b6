import type { Problem } from '@reprise/config-file'
import { printable } from '@reprise/safe-text'
import type { Mount } from './container-settings.ts'

/** Folders that hold the machine itself: whoever has one of them is no longer held by a container. */
const ofTheMachine: ReadonlySet<string> = new Set([
  '/',
  '/boot',
  '/dev',
  '/etc',
  '/proc',
  '/root',
  '/run',
  '/sys',
  '/var',
  '/var/run',
  '/var/lib',
])
/** The socket of a daemon that does whatever it is asked to, and where daemons keep what they run. */
const ofADaemon = /(^|\/)(docker|containerd|podman|crio)(\/|$|\.sock$)/

/** Mounts that would give the machine to every server that the profile starts. */
export function openMounts(mounts: readonly Pick<Mount, 'from'>[], place: Problem['place']): Problem[] {
  const isOpen = (from: string) => {
    const folder = plain(from)
    return ofTheMachine.has(folder) || ofADaemon.test(folder)
  }
  return mounts
    .filter(({ from }) => isOpen(from))
    .map(({ from }) => ({
      severity: 'error',
      code: 'profile-mount',
      ...(place && { place }),
      message: `a server that sees ${printable(from, 200)} has the whole machine`,
      cure: 'mount the folder alone that the server needs, such as that of the models',
    }))
}

/** An absolute path without its detours. */
function plain(path: string): string {
  const steps: string[] = []
  for (const step of path.split('/')) {
    if (step === '..') steps.pop()
    else if (step !== '' && step !== '.') steps.push(step)
  }
  return `/${steps.join('/')}`
}
