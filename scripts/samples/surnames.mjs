// Common surnames of ten languages, in Latin letters; the lists were written down for this project.
const SURNAMES = {
  English:
    'Smith Baker Carter Turner Walker Cooper Fisher Taylor Wright Clarke Bennett Harrison Johnson Thompson Wilkinson Whitfield Ashworth Blackwood Hawthorne Bradshaw Fairfax Holloway Kingsley Langford Middleton Newton Osborne Pemberton Radcliffe Sheffield Thornton Underwood Wakefield Yardley Bishop Chandler Dawson Ellington Fletcher Gardner Hathaway Ingram Jefferson Kendall Lockwood Mercer Norwood Parker Ramsey Sawyer Tanner Vaughn Weaver Webster Archer Barlow Crawley Denham Eastwood Freeman',
  German:
    'Müller Schmidt Schneider Fischer Weber Schäfer Hoffmann Schröder Neumann Zimmermann Krüger Hartmann Lange Schwarz Krause Lehmann Köhler Herrmann Walther Kaiser Huber Pfeiffer Jäger Schulze Böhm Vogel Friedrich Günther Keller Winkler Baumann Kuhn Albrecht Schuster Ludwig Vogt Sommer Stein Jung Brandt Haas Graf Dietrich Ziegler Kühn Engel Horn Busch Bergmann Pohl Arnold Wolff Pfaff Schreiber Schmitz Steinbach Rothmann Eichhorn Bauer Oberstein',
  French:
    'Martin Bernard Dubois Moreau Lefebvre Leroy Girard Fournier Lambert Rousseau Faure Mercier Garnier Chevalier Gauthier Perrin Morel Dupont Marchand Lemaire Renard Blanchard Barbier Arnaud Dufour Boucher Fontaine Roussel Charpentier Beaumont Deschamps Delacroix Boulanger Montagne Vasseur Baudelaire Lacroix Desjardins Lavigne Poirier Tremblay Gagnon Bouchard Pelletier Bélanger Lévesque Beauchamp Duchamp Legrand Dumont Villeneuve Chastain Clément Guérin Hébert Jourdain Langlois Mathieu Olivier Papillon',
  Italian:
    'Rossi Ferrari Esposito Bianchi Romano Colombo Ricci Marino Greco Bruno Gallo Conti Mancini Costa Giordano Rizzo Lombardi Moretti Barbieri Fontana Santoro Mariani Rinaldi Caruso Ferrara Galli Martini Leone Longo Gentile Martinelli Vitale Lombardo Serra Coppola Marchetti Parisi Villa Conte Ferraro Ferri Fabbri Bianco Marini Grasso Valentini Messina Sala Gatti Pellegrini Palumbo Sanna Farina Rizzi Monti Cattaneo Morelli Amato Silvestri Mazza',
  Spanish:
    'García Fernández González Rodríguez López Martínez Sánchez Pérez Gómez Jiménez Ruiz Hernández Díaz Moreno Álvarez Muñoz Romero Alonso Gutiérrez Navarro Torres Domínguez Vázquez Ramos Gil Ramírez Serrano Molina Blanco Morales Suárez Ortega Delgado Castro Ortiz Rubio Marín Sanz Núñez Iglesias Medina Garrido Cortés Castillo Santos Lozano Guerrero Cano Prieto Méndez Cruz Calvo Gallego Vidal León Herrera Peña Flores Cabrera Campos',
  Polish:
    'Nowak Kowalski Wiśniewski Wójcik Kowalczyk Kamiński Lewandowski Zieliński Szymański Woźniak Dąbrowski Kozłowski Jankowski Mazur Kwiatkowski Krawczyk Kaczmarek Piotrowski Grabowski Zając Pawłowski Michalski Król Wieczorek Jabłoński Wróbel Nowakowski Majewski Olszewski Stępień Malinowski Jaworski Adamczyk Dudek Nowicki Pawlak Górski Witkowski Walczak Sikora Baran Rutkowski Michalak Szewczyk Ostrowski Tomaszewski Pietrzak Zalewski Wróblewski Marciniak Jasiński Zawadzki Bąk Jakubowski Sadowski Duda Włodarczyk Wilk Chmielewski Borkowski',
  Russian:
    'Ivanov Smirnov Kuznetsov Popov Vasiliev Petrov Sokolov Mikhailov Novikov Fedorov Morozov Volkov Alekseev Lebedev Semenov Egorov Pavlov Kozlov Stepanov Nikolaev Orlov Andreev Makarov Nikitin Zakharov Zaitsev Solovyov Borisov Yakovlev Grigoriev Romanov Vorobyov Sergeev Kuzmin Frolov Alexandrov Dmitriev Korolev Gusev Kiselev Ilyin Maximov Polyakov Sorokin Vinogradov Kovalev Belov Medvedev Antonov Tarasov Zhukov Baranov Filippov Komarov Davydov Belyaev Gerasimov Bogdanov Osipov Sidorov',
  Japanese:
    'Sato Suzuki Takahashi Tanaka Watanabe Ito Yamamoto Nakamura Kobayashi Kato Yoshida Yamada Sasaki Yamaguchi Matsumoto Inoue Kimura Hayashi Shimizu Yamazaki Mori Abe Ikeda Hashimoto Yamashita Ishikawa Nakajima Maeda Fujita Ogawa Goto Okada Hasegawa Murakami Kondo Ishii Saito Sakamoto Endo Aoki Fujii Nishimura Fukuda Ota Miura Okamoto Matsuda Nakagawa Nakano Harada Ono Tamura Takeuchi Kaneko Wada Nakayama Ishida Ueda Morita Hara',
  Greek:
    'Papadopoulos Georgiou Dimitriou Nikolaou Ioannou Konstantinou Papageorgiou Vasileiou Makris Angelopoulos Karagiannis Panagiotopoulos Alexiou Christodoulou Economou Pappas Samaras Theodorou Antoniou Vlachos Kostopoulos Markopoulos Giannopoulos Athanasiou Petrakis Stavrakis Manolakis Kazantzakis Xenakis Doukas Galanis Kalogeropoulos Lambrakis Mitropoulos Nikolaidis Oikonomidis Paraskevopoulos Raptis Sarris Tsakalotos Varoufakis Zografos Anastasiou Bouras Chatzis Dallas Evangelou Fotiou Gavras Hatzidakis Iliopoulos Katsaros Lazarou Michailidis Notaras Orphanos Pavlidis Rallis Sotiriou Tzanis',
  Irish:
    "O'Brien O'Connor O'Sullivan O'Neill O'Reilly O'Doherty O'Carroll O'Farrell O'Keeffe O'Mahony McCarthy McLoughlin McGrath McDermott McMahon McNamara McKenna McEvoy Murphy Kelly Walsh Byrne Ryan Doyle Gallagher Kennedy Lynch Murray Quinn Moore Nolan Flanagan Brennan Burke Daly Dunne Hayes Kavanagh Keane Maguire Sheehan Sweeney Whelan Foley Healy Hogan Casey Cullen Duffy Fitzgerald Fitzpatrick Flynn Griffin Higgins Kearney Molloy Moran Mulligan Rafferty Tierney",
};

/** "label TAB name" */
export function surnames({ shuffle }) {
  const rows = Object.entries(SURNAMES).flatMap(([language, names]) => names.split(' ').map((name) => `${language}\t${name}`));
  return `${shuffle(rows).join('\n')}\n`;
}
