/** What delivery needs of the flow store. */
export interface Store {
  /**
   * Resolves when the rows and all roll-ups have them. The same token comes with the same rows only, and a second insert of it
   * changes nothing. `from` is the seq of the first row, `to` the one behind the last. The stage file holds Native blocks end
   * to end, each with its own set of columns; it is removed afterwards.
   */
  insert(
    range: { readonly token: string; readonly stageFile: string; readonly rows: number; readonly epoch: number; readonly from: number; readonly to: number },
    signal: AbortSignal,
  ): Promise<void>
  /** Whether rows whose column `batch` is this number are there. */
  hasBatch(seq: number): Promise<boolean>
}
