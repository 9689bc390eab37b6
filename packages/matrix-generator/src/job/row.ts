/** A job as InferenceX writes it: its own key names, plain JSON values. */
export type Row = Readonly<Record<string, RowValue>>

export type RowValue = string | number | boolean | readonly RowValue[] | { readonly [key: string]: RowValue }
