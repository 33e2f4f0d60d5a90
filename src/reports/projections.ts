import type { Projection } from '../event-store/projection.js';
import { changeFigures } from './figures/change-figures.js';
import { maintenanceFigures } from './figures/maintenance-figures.js';
import { unplannedFigures } from './figures/unplanned-figures.js';
import { noticeEntries } from './notice/notice-entries.js';

/** What the reports are answered from. */
export const reportProjections: readonly Projection[] = [
  maintenanceFigures,
  changeFigures,
  unplannedFigures,
  noticeEntries,
];
