/** What the script of a page about traces is given. */
export interface CurvePageData {
  readonly schema: 'traces-page/1'
  readonly charts: readonly CurveChart[]
}

/** Lines over one axis. */
export interface CurveChart {
  readonly id: string
  readonly xTitle: string
  readonly yTitle: string
  readonly xUnit: CurveUnit
  readonly yUnit: CurveUnit
  /** The x axis is even whatever its values span. */
  readonly even?: true
  readonly curves: readonly Curve[]
}

export interface Curve {
  readonly name: string
  readonly points: readonly (readonly [x: number, y: number])[]
}

/** How a value is written: `ms` in the unit that suits it, a share in percent. */
export type CurveUnit = 'count' | 'tokens' | 'ms' | 'share'
