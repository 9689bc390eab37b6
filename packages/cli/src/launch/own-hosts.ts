import { fileURLToPath } from 'node:url'
import { type Hosts, hostFor } from '@reprise/launcher'

/** The hosts of this build, with the embedded engine at hand. */
export const ownHosts: Hosts = (kind) =>
  hostFor(kind, { repriseBin: fileURLToPath(new URL('../../bin/reprise.mjs', import.meta.url)) })
