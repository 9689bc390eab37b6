/** Why no error is published for predictions of a server. */
export const uncalibrated = {
  gpu: 'no kernels of this GPU were measured',
  model: 'no served point of such a model was measured',
  apart: 'no served point of separate prefill and decode workers was judged',
  drafts: 'no served point with drafts was measured',
} as const
export type Uncalibrated = keyof typeof uncalibrated
