/// <reference lib="dom" />

/** The chart library, which stands in the page before our script. */
declare const echarts: typeof import('echarts')
