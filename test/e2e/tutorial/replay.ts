// The tutorial from its first line to its last.
import { after, before, describe } from 'node:test'
import { bareServerSteps, guardedServerSteps } from './bare-server.ts'
import { type Mode, Stage } from './stage.ts'
import { surfaceSteps } from './surface.ts'

/** Declares all steps, in the tutorial's order; each goes on where the one before it ended. */
export function replay(mode: Mode): void {
  const stage = new Stage(mode)
  after(() => stage.close())
  describe('a server without flags', () => bareServerSteps(stage))
  describe('guarded servers', () => guardedServerSteps())
  describe('the API server', () => {
    before(async () => {
      await stage.startStore()
      await stage.startApiServer()
    })
    surfaceSteps(stage)
  })
}
