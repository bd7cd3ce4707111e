// The tutorial from its first line to its last.
import { after, before, describe } from 'node:test'
import { bareServerSteps, guardedServerSteps } from './bare-server.ts'
import { kubectlSteps } from './kubectl.ts'
import { imagesStep, nodeSteps } from './node.ts'
import { podSteps } from './pod.ts'
import { roleSteps } from './roles.ts'
import { type Mode, Stage } from './stage.ts'
import { surfaceSteps } from './surface.ts'

/** Declares all steps, in the tutorial's order; each goes on where the one before it ended. */
export function replay(mode: Mode): void {
  const stage = new Stage(mode)
  after(() => stage.close())
  void describe('a server without flags', () => bareServerSteps(stage))
  void describe('guarded servers', () => guardedServerSteps())
  void describe('the API server', () => {
    before(async () => {
      await stage.startStore()
      await stage.growOld()
      await stage.startApiServer()
    })
    surfaceSteps(stage)
  })
  void describe('the node', () => nodeSteps(stage))
  void describe('the pod', () => {
    podSteps(stage)
    imagesStep(stage)
  })
  void describe('kubectl', () => kubectlSteps(stage))
  void describe('the whole', () => roleSteps(stage))
}
