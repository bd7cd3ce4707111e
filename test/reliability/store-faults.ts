// Faults of the embedded store that its tests must find.
import type { PlantedFault } from '#testkit/host/planted-fault'

const connection = 'src/store/sqlite/connection.ts'
const database = 'src/store/sqlite/database.ts'

/** Commits do not wait for the disk. */
export const syncOff: PlantedFault[] = [
  { file: connection, find: "'PRAGMA synchronous = FULL'", replace: "'PRAGMA synchronous = OFF'" },
  { file: connection, find: "'synchronous', 2)", replace: "'synchronous', 0)" },
]

/** A group is answered first and committed later, at the latest before the next one. */
export const latePromise: PlantedFault[] = [
  {
    file: database,
    find: "this.#db.exec('COMMIT')\n",
    replace: "setTimeout(() => this.#db.isOpen && this.#db.isTransaction && this.#db.exec('COMMIT'), 500)\n",
  },
  {
    file: database,
    find: 'this.#groups++\n',
    replace: "if (this.#db.isTransaction) this.#db.exec('COMMIT')\n    this.#groups++\n",
  },
]

/** The counter of revisions is saved in a transaction of its own. */
export const revisionApart: PlantedFault[] = [
  {
    file: database,
    find: `this.#writes.save(counters)
      this.#db.exec('COMMIT')`,
    replace: `this.#db.exec('COMMIT')
      this.#writes.save(counters)`,
  },
]

/** A group whose commit failed is tried again. */
export const triedAgain: PlantedFault[] = [
  {
    file: database,
    find: 'if (sqliteCode(error) !== sqliteFull) return this.#stop(writes, error)\n    }\n    try',
    replace: 'if (sqliteCode(error) !== sqliteFull) return this.#transact(writes, previous)\n    }\n    try',
  },
]
