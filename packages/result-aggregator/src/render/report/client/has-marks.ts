import type { EChartsOption } from 'echarts'

/** Whether a chart has anything that can be hovered; one that has not shows nothing. */
export function hasMarks({ series }: EChartsOption): boolean {
  const all = (series ?? []) as readonly { data?: readonly unknown[] }[]
  return all.some(({ data = [] }) =>
    data.some((datum) => typeof datum === 'object' && datum !== null && 'tip' in datum),
  )
}
