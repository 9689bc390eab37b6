import { missingIdentity, type PublishedIdentity, type PublishedWorker } from './published-identity.ts'

/**
 * What InferenceX calls the files of a job, as far as its parts are known here; `undefined` where the identity is not whole.
 *
 * Source: InferenceX, benchmark-tmpl.yml, RESULT_FILENAME.
 */
export function publishedName(identity: PublishedIdentity): string | undefined {
  if (missingIdentity(identity).length > 0) return undefined
  const { modelPrefix, precision, framework, disagg, specDecoding, conc, hw, isl, osl } = identity
  const lengths = isl !== undefined && osl !== undefined ? [`${isl}-${osl}`] : []
  const parts = [
    modelPrefix,
    ...lengths,
    precision,
    framework,
    ...shapeParts(identity),
    `disagg-${disagg}`,
    `spec-${specDecoding}`,
    `conc${conc}`,
    hw,
  ]
  return parts.join('_').replaceAll(/[^A-Za-z0-9._-]+/g, '-')
}

function shapeParts({ shape }: PublishedIdentity): string[] {
  if (shape.kind === 'unknown') return []
  if (shape.kind === 'single') return [sizes(shape)]
  const { prefill, decode } = shape
  return [`prefill-${sizes(prefill)}-nw${prefill.workers}`, `decode-${sizes(decode)}-nw${decode.workers}`]
}

function sizes({ tp, pp, dcpSize, pcpSize, ep, dpAttn }: Omit<PublishedWorker, 'workers' | 'hardware'>): string {
  return `tp${tp}-pp${pp}-dcp${dcpSize}-pcp${pcpSize}-ep${ep}-dpa${dpAttn}`
}
