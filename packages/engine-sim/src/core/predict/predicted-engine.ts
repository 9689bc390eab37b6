import type { EngineConfig } from '../engine-config.ts'
import type { Deployment } from '../roofline/deployment.ts'
import { engineOfDeployment, type ServingSettings } from './engine-of-deployment.ts'
import { frameworkConstants } from './framework-constants.ts'

/**
 * The engine that a deployment is, with what measured rows say of its framework: the factor on its steps, and the milliseconds that a request loses on its way in. The steps
 * for which a first token waits beside are no part of it.
 *
 * @throws RooflineError as `engineOfDeployment`
 */
export function predictedEngine(deployment: Deployment, settings: Omit<ServingSettings, 'scale'> = {}): EngineConfig {
  const { scale, requestMs } = frameworkConstants[deployment.framework]
  const engine = engineOfDeployment(deployment, { ...settings, scale })
  return requestMs > 0 ? { ...engine, frontend: { inMs: requestMs, firstOutMs: 0, lastOutMs: 0 } } : engine
}
