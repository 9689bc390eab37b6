/** What one step computes; see `StepWork`. */
export interface RooflineWork {
  readonly prefillTokens: number
  readonly prefillContextTokens: number
  readonly decodes: number
  readonly decodeContextTokens: number
  readonly draftTokens?: number
}
