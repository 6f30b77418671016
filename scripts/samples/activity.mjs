// Frames of a made-up sensor on a wrist, ten a second: each clip is one activity, with a pace, a strength and a phase of its own.
// Winding up and unwinding are the same circle in opposite directions: the frames are alike, only their order tells.
const FRAMES = 30;
const CLIPS = 60;

const ACTIVITIES = {
  rest: () => [0, 0, 0],
  walk: (turn) => [0.4 * Math.sin(turn), 0.3 * Math.cos(turn), 0.5 * Math.sin(2 * turn)],
  wind: (turn) => [0.6 * Math.cos(turn), 0.6 * Math.sin(turn), 0],
  unwind: (turn) => [0.6 * Math.cos(turn), -0.6 * Math.sin(turn), 0],
};

/** One row a frame: clip, activity, acceleration along three axes in g. */
export function activity({ next, normal, shuffle }) {
  const clip = (name) => {
    const [pace, strength, phase] = [0.5 + 0.5 * next(), 0.7 + 0.6 * next(), 2 * Math.PI * next()];
    return Array.from({ length: FRAMES }, (_, frame) =>
      ACTIVITIES[name](phase + pace * frame)
        .map((value) => (strength * value + 0.15 * normal()).toFixed(3))
        .join(','),
    ).map((axes) => `${name},${axes}`);
  };
  const clips = shuffle(Object.keys(ACTIVITIES).flatMap((name) => Array.from({ length: CLIPS }, () => clip(name))));
  const rows = clips.flatMap((frames, index) => frames.map((frame) => `${index + 1},${frame}`));
  return `${['clip,activity,x,y,z', ...rows].join('\n')}\n`;
}
