import type { Question } from "./question.ts";
import { aggregatedQuestions } from "./questions/aggregated.ts";
import { discoveryQuestions } from "./questions/discovery.ts";
import { impersonationQuestions } from "./questions/impersonation.ts";
import { listQuestions } from "./questions/lists.ts";
import { methodQuestions } from "./questions/methods.ts";
import { objectQuestions } from "./questions/objects.ts";
import { pageQuestions } from "./questions/pages.ts";
import { pathQuestions } from "./questions/paths.ts";
import { proxyQuestions } from "./questions/proxies.ts";
import { reviewQuestions } from "./questions/reviews.ts";
import { throttledQuestions } from "./questions/throttled.ts";
import { watchQuestions } from "./questions/watches.ts";

/** The contract, by subject. */
export const questions: Readonly<Record<string, readonly Question[]>> = {
  discovery: discoveryQuestions,
  pages: pageQuestions,
  paths: pathQuestions,
  objects: objectQuestions,
  lists: listQuestions,
  watches: watchQuestions,
  reviews: reviewQuestions,
  impersonation: impersonationQuestions,
  aggregated: aggregatedQuestions,
  methods: methodQuestions,
  proxies: proxyQuestions,
  throttled: throttledQuestions,
};
