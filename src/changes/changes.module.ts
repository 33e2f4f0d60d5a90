import { Module } from '@nestjs/common';
import { capability } from '../commands/capability.js';
import { answerChallengeEndpoint } from './answer-challenge/answer-challenge.endpoint.js';
import { approveChangeEndpoint } from './approve-change/approve-change.endpoint.js';
import { assessChangeEndpoint } from './assess-change/assess-change.endpoint.js';
import { challengeClassificationEndpoint } from './challenge-classification/challenge-classification.endpoint.js';
import { importForwardScheduleEndpoint } from './import/import-forward-schedule.endpoint.js';
import { linkIncidentEndpoint } from './link-incident/link-incident.endpoint.js';
import { placeChangeEndpoint } from './place-change/place-change.endpoint.js';
import { raiseChangeEndpoint } from './raise-change/raise-change.endpoint.js';
import { challengesEndpoint, changeEndpoint, changesEndpoint } from './reads.js';
import { recordChangeOutcomeEndpoint } from './record-change-outcome/record-change-outcome.endpoint.js';
import { recordLessonsLearnedEndpoint } from './record-lessons-learned/record-lessons-learned.endpoint.js';
import { rejectChangeEndpoint } from './reject-change/reject-change.endpoint.js';
import { withdrawChangeEndpoint } from './withdraw-change/withdraw-change.endpoint.js';

const { controllers = [], ...rest } = capability(
  [
    raiseChangeEndpoint,
    assessChangeEndpoint,
    approveChangeEndpoint,
    rejectChangeEndpoint,
    placeChangeEndpoint,
    withdrawChangeEndpoint,
    recordChangeOutcomeEndpoint,
    linkIncidentEndpoint,
    recordLessonsLearnedEndpoint,
    challengeClassificationEndpoint,
    answerChallengeEndpoint,
  ],
  [changesEndpoint, changeEndpoint, challengesEndpoint],
);

/** The forward schedule of change, from a change's raising to what was learned from it. */
@Module({ ...rest, controllers: [...controllers, importForwardScheduleEndpoint] })
export class ChangesModule {}
