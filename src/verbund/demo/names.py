"""Names as they sound in a German region: many families that have always been there, many that came."""


def words(text: str) -> tuple[str, ...]:
    """The words of a text."""
    return tuple(text.split())


FEMALE_BY_BIRTH = (
    # (born before, given names)
    (
        1945,
        (
            "Ursula Ingrid Helga Gisela Christa Edith Hannelore Renate Irmgard "
            "Waltraud Elfriede Hildegard Gerda Ilse Lieselotte"
        ),
    ),
    (
        1960,
        (
            "Erika Monika Karin Brigitte Renate Angelika Petra Gabriele Sabine "
            "Barbara Marianne Rosemarie Heidemarie Jutta Bärbel"
        ),
    ),
    (
        1975,
        "Susanne Andrea Martina Claudia Kerstin Anja Silke Heike Birgit Stefanie Katrin Ulrike Simone Bettina Cornelia",
    ),
    (
        1992,
        (
            "Julia Sandra Nicole Melanie Nadine Katharina Sarah Jana Franziska "
            "Anne Christina Jennifer Vanessa Daniela Maren"
        ),
    ),
    (2100, "Emma Mia Hannah Lena Lea Marie Clara Charlotte Johanna Ida Frieda Greta Lina Leni Paula"),
)
MALE_BY_BIRTH = (
    (1945, "Hans Günter Karl Heinz Werner Horst Gerhard Helmut Manfred Kurt Walter Herbert Siegfried Erwin Rudolf"),
    (
        1960,
        (
            "Peter Klaus Wolfgang Jürgen Dieter Uwe Bernd Rainer Hans-Joachim "
            "Reinhard Ulrich Joachim Karl-Heinz Norbert Jörg"
        ),
    ),
    (1975, "Thomas Michael Andreas Frank Stefan Ralf Torsten Holger Jens Matthias Martin Dirk Olaf Carsten Christoph"),
    (
        1992,
        (
            "Christian Sebastian Daniel Tobias Florian Jan Alexander Philipp "
            "Marcel Dennis Benjamin Sven Björn Felix Robert"
        ),
    ),
    (2100, "Ben Leon Paul Finn Jonas Luca Emil Noah Anton Jakob Oskar Theo Moritz Matteo Karl"),
)
FAMILIES = words(
    "Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Schäfer Koch Bauer Richter "
    "Klein Wolf Schröder Neumann Schwarz Zimmermann Braun Krüger Hofmann Hartmann Lange Schmitt Werner Krause "
    "Meier Lehmann Köhler Maier Herrmann König Walter Mayer Huber Kaiser Fuchs Peters Lang Scholz Möller Weiß "
    "Jung Hahn Schubert Vogel Friedrich Keller Günther Frank Berger Winkler Roth Beck Lorenz Baumann Franke "
    "Albrecht Schuster Simon Ludwig Böhm Winter Kraus Martin Schumacher Krämer Vogt Stein Jäger Otto Sommer "
    "Groß Seidel Heinrich Brandt Haas Schreiber Graf Schulte Dietrich Ziegler Kuhn Kühn Pohl Engel Horn Busch "
    "Bergmann Thomas Voigt Sauer Arnold Wolff Pfeiffer Lindner Götz Förster Hübner Rößler Grünewald Strauß "
    "Übelacker Öhler Nüßlein Kießling Weißenborn Dörr Kröger Büttner Hänsel Schönfeld Täuber"
)
DOUBLE_PARTS = words("Lüders Petersen Thiel Reimann Sander Bode Seifert Ritter Kern Wulff Dahl Ebert Heller Marx Nolte")
NOBLE = ("von Bernstorff", "von der Heide", "von Grünau", "zu Lindenhof", "von Kesselrode", "von dem Brink")

# Families that came, with given names that belong to them: (families, female, male)
CAME = {
    "tr": (
        (
            "Yılmaz Kaya Demir Şahin Çelik Yıldız Öztürk Aydın Özdemir Arslan "
            "Doğan Kılıç Aslan Çetin Koç Kurt Özkan Şimşek"
        ),
        "Fatma Ayşe Emine Hatice Zeynep Elif Meryem Şerife Sultan Hülya Gülsüm Esra Büşra Derya",
        "Mehmet Mustafa Ahmet Ali Hüseyin Hasan İbrahim İsmail Osman Murat Emre Kemal Orhan Burak",
    ),
    "pl": (
        "Kowalski Nowak Wiśniewski Wójcik Kamiński Lewandowski Zieliński Szymański Woźniak Dąbrowski Kozłowski Mazur",
        "Małgorzata Agnieszka Barbara Ewa Krystyna Magdalena Joanna Beata Dorota Zofia Elżbieta Halina",
        "Piotr Krzysztof Andrzej Tomasz Paweł Jan Michał Marcin Stanisław Jerzy Zbigniew Łukasz",
    ),
    "ru": (
        "Schmidt Iwanow Petrow Wolkow Sokolow Morosow Lebedew Kusnezow Popow Weber Miller Fedorow",
        "Olga Irina Tatjana Natalia Swetlana Jelena Ljudmila Galina Nadeschda Lidia Valentina Oksana",
        "Alexander Sergej Wladimir Viktor Andrej Dimitri Jurij Eugen Waldemar Nikolai Igor Anatolij",
    ),
    "vi": (
        "Nguyễn Trần Lê Phạm Hoàng Vũ Đặng Bùi Đỗ Ngô",
        "Thị-Hoa Thị-Lan Mai Linh Hương Thu-Hà Ngọc-Anh Thanh-Vân",
        "Văn-Hùng Minh Đức-Anh Quang Tuấn Hải Văn-Nam Thành",
    ),
    "ar": (
        "Al-Hassan Al-Ahmad Khalil Haddad El-Masri Ibrahim Abdallah Darwisch Hamdan Nasser Al-Khatib Saleh",
        "Fatima Amira Layla Rania Samira Nour Hanan Zahra Dalal Yasmin",
        "Mohammed Ahmad Omar Khaled Youssef Samir Tariq Bilal Nabil Karim",
    ),
    "it": (
        "Rossi Esposito Ricci Conti Greco Romano Ferrari Lombardi Caruso Marino",
        "Maria Giuseppina Rosa Angela Francesca Chiara Lucia Carmela",
        "Giuseppe Antonio Salvatore Francesco Mario Luigi Vincenzo Marco",
    ),
}
