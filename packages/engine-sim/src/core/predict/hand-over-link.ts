import { KvTransferConfig } from '../fleet-config.ts'
import { cacheBytesPerToken } from '../roofline/cache-memory.ts'
import { type Deployment, placedOf } from '../roofline/deployment.ts'

/**
 * How KV gets from those that compute prompts to those that decode: what all GPUs of a copy keep of a token, over their own links to other nodes; between GPUs of one large domain over those
 * of the domain. The links of all ranks of a worker count together, though one request uses those of its rank alone.
 *
 * @throws RooflineError as `placedOf`
 */
export function handOverLink(computing: Deployment, decoding: Deployment): KvTransferConfig {
  const [from, to] = [placedOf(computing), placedOf(decoding)]
  const { gpu } = from
  const perGpu = gpu.domainGpus > 8 && gpu.name === to.gpu.name ? gpu.linkBytesPerS : gpu.networkBytesPerS
  const links = Math.min(from.tp * from.dp, to.tp * to.dp)
  return KvTransferConfig.parse({ bytesPerToken: cacheBytesPerToken(from) * from.tp, gbPerS: (links * perGpu) / 1e9 })
}
