// Hourly load of a made-up power grid: a day's and a week's rhythm, weather that wanders, and a dip at noon on hot days.
export function series({ normal }) {
  const rows = ['hour,load,temperature'];
  let weather = 0;
  for (let hour = 0; hour < 24 * 7 * 20; hour++) {
    weather = 0.98 * weather + 0.5 * normal();
    const day = Math.sin((2 * Math.PI * ((hour % 24) - 6)) / 24);
    const weekend = Math.floor(hour / 24) % 7 >= 5 ? -12 : 0;
    const temperature = 15 + 6 * day + weather;
    const evening = hour % 24 >= 18 && hour % 24 <= 21 ? 9 : 0;
    const dip = temperature > 22 && hour % 24 >= 11 && hour % 24 <= 14 ? -7 : 0;
    const load = 60 + 14 * day + weekend + evening + dip - 0.8 * weather + 0.7 * normal();
    rows.push(`${hour},${load.toFixed(2)},${temperature.toFixed(2)}`);
  }
  return `${rows.join('\n')}\n`;
}
